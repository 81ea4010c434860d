/**
 * What a component that waits for a decision holds up. Pure.
 *
 * @module
 */
import type { ComponentState, Phase } from '../stack/operation-types.js';
import type { PlannedComponent } from '../stack/plan-types.js';

/** Phases in which a component does not move by itself. */
const still: ReadonlySet<Phase> = new Set([
  'waiting',
  'deciding',
  'proven',
  'removed',
  'failed',
  'skipped',
  'blocked',
  'cancelled',
]);

/** True if nothing moves any more until somebody decides. */
export function waitsForDecision(states: readonly ComponentState[]): boolean {
  return states.some(({ phase }) => phase === 'deciding') && states.every(({ phase }) => still.has(phase));
}

/** The states, where those that wait say for which decision they do. */
export function heldUp(
  states: readonly ComponentState[],
  components: readonly PlannedComponent[],
): ComponentState[] {
  const undecided = new Set(states.filter(({ phase }) => phase === 'deciding').map(({ name }) => name));
  if (undecided.size === 0) return [...states];
  const needsOf = new Map(components.map(({ name, needs }) => [name, needs]));
  return states.map((state) => {
    const holder = state.phase === 'waiting' ? findNeed(state.name, needsOf, undecided) : undefined;
    return holder === undefined ? state : { ...state, detail: `for the decision about ${holder}` };
  });
}

/** The first of `wanted` among everything that a component needs, directly or through others. */
function findNeed(
  name: string,
  needsOf: ReadonlyMap<string, readonly string[]>,
  wanted: ReadonlySet<string>,
): string | undefined {
  const reached = new Set([name]);
  for (const each of reached) {
    if (wanted.has(each)) return each;
    for (const need of needsOf.get(each) ?? []) reached.add(need);
  }
  return undefined;
}
