/** @module */
import { TemporalFailure, isCancellation } from '@temporalio/workflow';
import type { Cause, ProvenCheck } from '../stack/operation/operation-types.js';
import type { PlannedCheck } from '../stack/plan/plan-types.js';
import type { ComponentInput } from './component-input.js';
import { causeOf } from './failures.js';
import { awaitReady, runCheck } from './prove.js';

export interface TryCheckInput extends ComponentInput {
  readonly check: PlannedCheck;
  /** True if the component must be ready first; a check of a broken one is run at once. */
  readonly ready: boolean;
}

/** A check that passed, or why it did not. */
export type TriedCheck = { readonly proven: ProvenCheck } | { readonly cause: Cause };

/** Runs one check of an installed component, whatever becomes of it; nothing is remembered. */
export async function tryCheck(input: TryCheckInput): Promise<TriedCheck> {
  try {
    if (input.ready) await awaitReady(input, `wait until ${input.component.name} is ready`);
    return { proven: await runCheck(input, input.check) };
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    return { cause: causeOf(error) };
  }
}
