/**
 * Records that prove that a component's data survives its upgrade: written before it, read after it, then removed.
 *
 * @module
 */
import { TemporalFailure, isCancellation, patched } from '@temporalio/workflow';
import type { ProvenBefore } from '../activities/contract.js';
import type { Cause, ProvenCheck } from '../stack/operation/operation-types.js';
import type { PlannedSentinel } from '../stack/plan/plan-types.js';
import { type SentinelStep, sentinelCheck } from '../stack/plan/sentinel.js';
import { shortActivities } from './activities.js';
import { type ComponentInput, releaseOf } from './component-input.js';
import type { ComponentProgress } from './component-progress.js';
import { causeOf, failureOf } from './failures.js';
import { runCheck } from './prove.js';

/**
 * Sees to it, before anything is changed, that there are records in what runs. That they were written is remembered in
 * the cluster: whoever goes on after a crash, or changes a store that has lost them, reads them and does not write over the loss.
 *
 * What runs but does not take them may be broken, and the change its repair: it goes on, and a note says what is not proven.
 *
 * @returns the sentinel whose records must be there afterwards; undefined if there are none
 */
export async function writeSentinel(
  progress: ComponentProgress,
  input: ComponentInput,
  before: ProvenBefore | undefined,
): Promise<PlannedSentinel | undefined> {
  const { sentinel, digest } = input.component;
  if (sentinel === undefined || before === undefined || !patched('sentinel')) return undefined;
  if (before.sentinelWritten) return sentinel;
  if (before.digest === digest) return undefined;
  if (!before.running) {
    progress.note(unproven('what ran was not ready, or not what had been proven'));
    return undefined;
  }
  progress.enter('checking');
  try {
    await runStep(progress, input, before.hooks?.sentinel ?? sentinel, 'write');
  } catch (error) {
    progress.note(unproven(`its sentinel could not be written before: ${passableCause(error).message}`));
    return undefined;
  }
  await record(input, true);
  return sentinel;
}

/**
 * Proves that the records are there.
 *
 * @throws ApplicationFailure `SentinelLost`; CancelledFailure
 */
export async function readSentinel(
  progress: ComponentProgress,
  input: ComponentInput,
  sentinel: PlannedSentinel,
): Promise<ProvenCheck> {
  try {
    return await runStep(progress, input, sentinel, 'read');
  } catch (error) {
    throw failureOf(lostCause(input, sentinel, passableCause(error)));
  }
}

/**
 * Takes the records away, and forgets them first: forgotten records harm nobody, but removed ones that are still
 * remembered would look lost. Nor do those that could not be removed: a note says so, and the next upgrade writes anew.
 */
export async function removeSentinel(
  progress: ComponentProgress,
  input: ComponentInput,
  sentinel: PlannedSentinel,
): Promise<void> {
  try {
    await record(input, false);
    await runStep(progress, input, sentinel, 'remove');
  } catch (error) {
    const { message } = passableCause(error);
    progress.note(`the records of its sentinel (${sentinel.records}) could not be removed: ${message}`);
  }
}

async function runStep(
  progress: ComponentProgress,
  input: ComponentInput,
  sentinel: PlannedSentinel,
  step: SentinelStep,
): Promise<ProvenCheck> {
  const check = sentinelCheck(sentinel, step);
  progress.tell(check.name);
  return await runCheck(input, check, `${check.name}: ${check.proves}`);
}

async function record(input: ComponentInput, written: boolean): Promise<void> {
  const summary = `remember that the sentinel is ${written ? 'written' : 'removed'}`;
  await shortActivities(summary).recordSentinel({ ...releaseOf(input), written });
}

function unproven(why: string): string {
  return `that its data survives this change is not proven, for ${why}`;
}

/** @throws the error, if it is a cancellation or a fault in this code */
function passableCause(error: unknown): Cause {
  if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
  return causeOf(error);
}

function lostCause(
  { namespace, component: { name } }: ComponentInput,
  { records }: PlannedSentinel,
  cause: Cause,
): Cause {
  return {
    ...cause,
    type: 'SentinelLost',
    message: `${records}, written to ${name} before the change, cannot be read after it: ${cause.message}`,
    next: `leave its volumes alone, and read the log lines; \`bigdata up\` with the stack file that was proven reads them again. If the loss is accepted, remove the key proof from ConfigMap ${namespace}/bigdata.component.${name}`,
  };
}
