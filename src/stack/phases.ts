/**
 * What the phases of a component mean.
 *
 * @module
 */
import type { Phase } from './operation-types.js';

const done: ReadonlySet<Phase> = new Set(['proven', 'removed']);
const lost: ReadonlySet<Phase> = new Set(['failed', 'rolled-back', 'skipped', 'blocked', 'cancelled']);

/** Whether the component is done with, well. */
export function isDone(phase: Phase): boolean {
  return done.has(phase);
}

/** Whether it ended otherwise, and does not come back in this operation. */
export function isLost(phase: Phase): boolean {
  return lost.has(phase);
}

/** Whether nothing more will happen to the component in this operation. */
export function isSettled(phase: Phase): boolean {
  return isDone(phase) || isLost(phase);
}

/** A phase in words: most are words for people already. */
export function describePhase(phase: Phase): string {
  switch (phase) {
    case 'deciding':
      return 'failed, waits for a decision';
    case 'rolling-back':
      return 'rolling back';
    case 'rolled-back':
      return 'rolled back';
    default:
      return phase;
  }
}
