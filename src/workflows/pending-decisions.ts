/**
 * What a component that waits for a decision holds up. Pure.
 *
 * @module
 */
import type { ComponentState } from '../stack/operation/operation-types.js';
import { isSettled, isUntried } from '../stack/operation/phases.js';
import type { PlannedComponent } from '../stack/plan/plan-types.js';

/** True if nothing moves any more until somebody decides. What could not be tried is tried again by itself. */
export function waitsForDecision(states: readonly ComponentState[]): boolean {
  return (
    states.some(({ phase }) => phase === 'deciding') &&
    states.every(({ phase, cause }) =>
      phase === 'deciding' ? !isUntried(cause) : phase === 'waiting' || isSettled(phase),
    )
  );
}

/** The states, where those that wait say for which decision they do. */
export function withPendingDecisions(
  states: readonly ComponentState[],
  components: readonly PlannedComponent[],
): ComponentState[] {
  const undecided = states.filter(({ phase }) => phase === 'deciding');
  if (undecided.length === 0) return [...states];
  const holders = new Map(undecided.map(({ name }) => [name, name]));
  // A component stands after everything that it needs: once through is enough.
  for (const { name, needs } of components) {
    const holder = needs.map((need) => holders.get(need)).find((each) => each !== undefined);
    if (holder !== undefined && !holders.has(name)) holders.set(name, holder);
  }
  return states.map((state) => {
    if (state.phase !== 'waiting') return state;
    const holder = holders.get(state.name);
    return holder === undefined ? state : { ...state, detail: `for the decision about ${holder}` };
  });
}
