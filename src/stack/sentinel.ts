/**
 * The steps of a sentinel, as what runs checks takes them.
 *
 * @module
 */
import type { PlannedCheck, PlannedSentinel } from './plan-types.js';

/** What can be done with a sentinel's records. */
export type SentinelStep = 'write' | 'read' | 'remove';

const outcomes: Readonly<Record<SentinelStep, string>> = {
  write: 'were written durably',
  read: 'are there, unchanged',
  remove: 'are gone',
};

/**
 * One step of a sentinel as a check, which is run as any other.
 *
 * @example
 * ```ts
 * sentinelCheck(component.sentinel, 'read').proves; // '30 records in a topic of three replicas are there, unchanged'
 * ```
 */
export function sentinelCheck(sentinel: PlannedSentinel, step: SentinelStep): PlannedCheck {
  return {
    name: `sentinel-${step}`,
    pods: [sentinel[step]],
    proves: `${sentinel.records} ${outcomes[step]}`,
    disruptive: false,
  };
}
