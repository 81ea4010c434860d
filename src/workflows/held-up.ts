/**
 * What a component that waits for a decision holds up. Pure.
 *
 * @module
 */
import { type Graph, reachable } from '../stack/graph.js';
import type { ComponentState, Phase } from '../stack/operation-types.js';
import type { PlannedComponent } from '../stack/plan-types.js';

/** Phases in which a component does not move by itself. */
const still: ReadonlySet<Phase> = new Set([
  'waiting',
  'deciding',
  'proven',
  'removed',
  'failed',
  'rolled-back',
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
  const needsOf: Graph = new Map(components.map(({ name, needs }) => [name, needs]));
  return states.map((state) => {
    if (state.phase !== 'waiting') return state;
    const holder = [...reachable(state.name, needsOf)].find((need) => undecided.has(need));
    return holder === undefined ? state : { ...state, detail: `for the decision about ${holder}` };
  });
}
