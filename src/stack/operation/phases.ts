/**
 * The phases of a component: one row each, from which everything else follows.
 *
 * @module
 */
import type { CauseType } from './causes.js';
import type { Cause, ComponentState } from './operation-types.js';

interface PhaseDescription {
  /** For people, where the phase's own name will not do. */
  readonly label?: string;
  /** As a predicate, where it is not `is` and the label. */
  readonly is?: string;
  /**
   * `waits`: nothing happens; `active`: its child workflow works, and answers queries; `done`: it ended well; `lost`: it ended
   * otherwise, and does not come back in this operation.
   */
  readonly kind: 'waits' | 'active' | 'done' | 'lost';
}

/** In the order in which a component goes through them. */
const phases = {
  waiting: { kind: 'waits' },
  inspecting: { kind: 'active' },
  applying: { kind: 'active' },
  readying: { kind: 'active' },
  checking: { kind: 'active' },
  removing: { kind: 'active' },
  /** The installed version fails: the proven one is installed again, and proven. */
  'rolling-back': { label: 'rolling back', kind: 'active' },
  /** It failed, and waits for a person's decision. */
  deciding: { label: 'failed, waits for a decision', is: 'waits for a decision', kind: 'waits' },
  proven: { kind: 'done' },
  /** As planned and ready; it has no checks. */
  installed: { label: 'installed, nothing to prove', is: 'is installed', kind: 'done' },
  removed: { kind: 'done' },
  failed: { is: 'failed', kind: 'lost' },
  /** Installed and ready, but there was no room to run its check. */
  untried: { label: 'not tried', is: 'could not be tried', kind: 'lost' },
  /** It failed, and the version that was proven before is installed and proven again. */
  'rolled-back': { label: 'rolled back', is: 'was rolled back', kind: 'lost' },
  /** It failed, and a person decided to go on without it. */
  skipped: { is: 'was skipped', kind: 'lost' },
  /** A need failed, was skipped, or never had its turn. */
  blocked: { kind: 'lost' },
  cancelled: { kind: 'lost' },
} as const satisfies Record<string, PhaseDescription>;

/** Where a component stands in an operation. */
export type Phase = keyof typeof phases;

const described: Readonly<Record<Phase, PhaseDescription>> = phases;

function labelOf(phase: Phase): string {
  return described[phase].label ?? phase;
}

/** Whether the component's child workflow works on it. */
export function isActive(phase: Phase): boolean {
  return described[phase].kind === 'active';
}

/** Whether the component ended well. */
export function isDone(phase: Phase): boolean {
  return described[phase].kind === 'done';
}

/** Whether the component ended otherwise, and does not come back in this operation. */
export function isLost(phase: Phase): boolean {
  return described[phase].kind === 'lost';
}

/** Whether nothing more will happen to the component in this operation. */
export function isSettled(phase: Phase): boolean {
  return isDone(phase) || isLost(phase);
}

/** The phase in which a healthy component ends. */
export function provenPhase(checks: readonly unknown[]): 'proven' | 'installed' {
  return checks.length === 0 ? 'installed' : 'proven';
}

/** Type of the cause of a check that could not run for lack of room. It says nothing about the component. */
export const untriedType = 'CheckUntried' satisfies CauseType;

/** Type of the cause of a check whose pod was taken away before its end. */
export const interruptedType = 'CheckInterrupted' satisfies CauseType;

/** Whether a cause says only that a check could not run. */
export function isUntried(cause: Cause | undefined): boolean {
  return cause?.type === untriedType || cause?.type === interruptedType;
}

/** A phase for people. */
export function describePhase({ phase, cause }: Pick<ComponentState, 'phase' | 'cause'>): string {
  return phase === 'deciding' && isUntried(cause) ? 'not tried yet, tried again' : labelOf(phase);
}

/** A phase as a predicate: `is blocked`, `was skipped`. */
export function predicateOf(phase: Phase): string {
  return described[phase].is ?? `is ${labelOf(phase)}`;
}
