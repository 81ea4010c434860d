/**
 * The steps that prove a component, as each operation takes them.
 *
 * @module
 */
import type { ProvenCheck } from '../stack/operation/operation-types.js';
import type { PlannedCheck } from '../stack/plan/plan-types.js';
import { longActivities } from './activities.js';
import { type ComponentInput, readyReferenceOf, releaseOf } from './component-input.js';

/** @throws ActivityFailure with the cause why it is not ready, or will never be; CancelledFailure */
export async function awaitReady(input: ComponentInput, summary: string): Promise<void> {
  const { ready: timeout } = input.component.timeouts;
  await longActivities(timeout, summary).awaitReady({ ...readyReferenceOf(input), timeout });
}

/** @throws ActivityFailure with the cause why it failed; CancelledFailure */
export async function runCheck(
  input: ComponentInput,
  check: PlannedCheck,
  summary = `check ${check.name}: ${check.proves}`,
): Promise<ProvenCheck> {
  const { check: timeout } = input.component.timeouts;
  return await longActivities(timeout, summary).runCheck({ ...releaseOf(input), check, timeout });
}
