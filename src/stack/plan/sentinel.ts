/**
 * The steps of a sentinel, as what runs checks takes them.
 *
 * @module
 */
import type { PlannedCheck, PlannedSentinel } from './plan-types.js';

/** What can be done with a sentinel's records. */
export type SentinelStep = 'write' | 'read' | 'remove';

const outcomes: Readonly<Record<SentinelStep, string>> = {
  write: 'written durably',
  read: 'read back unchanged',
  remove: 'removed',
};

/**
 * One step of a sentinel as a check, which is run as any other.
 *
 * @example
 * ```ts
 * sentinelCheck(component.sentinel, 'read').proves; // 'read back unchanged: 30 records in a topic of three replicas'
 * ```
 */
export function sentinelCheck(sentinel: PlannedSentinel, step: SentinelStep): PlannedCheck {
  return {
    name: `sentinel-${step}`,
    pods: [sentinel[step]],
    proves: `${outcomes[step]}: ${sentinel.records}`,
    disruptive: false,
  };
}
