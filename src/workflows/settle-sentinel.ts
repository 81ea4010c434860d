/** @module */
import type { ComponentState } from '../stack/operation/operation-types.js';
import type { PlannedSentinel } from '../stack/plan/plan-types.js';
import type { ComponentInput } from './component-input.js';
import { runComponent } from './component-progress.js';
import { readSentinel, removeSentinel } from './sentinel.js';

export interface SettleSentinelInput extends ComponentInput {
  readonly sentinel: PlannedSentinel;
  /** True if something was changed after they were read. */
  readonly readAgain: boolean;
}

/** Removes the records of a store's sentinel at the end of an operation, once they have survived all of it. */
export async function settleSentinel(input: SettleSentinelInput): Promise<ComponentState> {
  const { component, sentinel, readAgain } = input;
  return runComponent(component.name, 'checking', async (progress) => {
    if (readAgain) progress.prove(await readSentinel(progress, input, sentinel));
    await removeSentinel(progress, input, sentinel);
    progress.end('proven');
  });
}
