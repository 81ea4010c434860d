/**
 * What the phases of a component mean.
 *
 * @module
 */
import type { CauseType } from './causes.js';
import type { Cause, ComponentState, Phase } from './operation-types.js';

const done: ReadonlySet<Phase> = new Set(['proven', 'installed', 'removed']);
const lost: ReadonlySet<Phase> = new Set([
  'failed',
  'untried',
  'rolled-back',
  'skipped',
  'blocked',
  'cancelled',
]);

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

/** How a component ends of which all is well. */
export function provenPhase(checks: readonly unknown[]): 'proven' | 'installed' {
  return checks.length === 0 ? 'installed' : 'proven';
}

/** Type of the cause of a check that there was no room for: it says nothing about what it was to prove. */
export const untriedType = 'CheckUntried' satisfies CauseType;

/** Type of the cause of a check whose pod was taken away before its end. */
export const interruptedType = 'CheckInterrupted' satisfies CauseType;

/** Whether a cause says no more than that a check could not be tried. */
export function isUntried(cause: Cause | undefined): boolean {
  return cause?.type === untriedType || cause?.type === interruptedType;
}

/** A phase in words: most are words for people already. */
export function describePhase({ phase, cause }: Pick<ComponentState, 'phase' | 'cause'>): string {
  switch (phase) {
    case 'deciding':
      return isUntried(cause) ? 'not tried yet, tried again' : 'failed, waits for a decision';
    case 'installed':
      return 'installed, nothing to prove';
    case 'untried':
      return 'not tried';
    case 'rolling-back':
      return 'rolling back';
    case 'rolled-back':
      return 'rolled back';
    default:
      return phase;
  }
}
