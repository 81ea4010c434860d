/**
 * What an operation's time went by: the chain of components each of which could begin only when the one before it had ended. Pure.
 *
 * @module
 */
import type { ComponentState } from './operation-types.js';
import { isDone } from './phases.js';

/** When a component's own work was done. */
export interface Timed {
  readonly name: string;
  /** What had to end before it. */
  readonly needs: readonly string[];
  /** Milliseconds from the operation's start. */
  readonly began: number;
  readonly ended: number;
}

export interface CriticalPath {
  /** Names, the first to begin first. */
  readonly components: readonly string[];
  /** Milliseconds from the operation's start to the end of the last of them. */
  readonly total: number;
  /** Milliseconds of them in which each did its own work. */
  readonly own: number;
}

/** When those of a plan that are done did their own work; what was left unchanged did none. */
export function timed(
  states: readonly ComponentState[],
  planned: readonly { readonly name: string; readonly needs: readonly string[] }[],
): Timed[] {
  const needs = new Map(planned.map((each) => [each.name, each.needs]));
  return states.flatMap(({ name, phase, began, milliseconds, unchanged }) =>
    began === undefined || unchanged || !isDone(phase)
      ? []
      : [{ name, needs: needs.get(name) ?? [], began, ended: began + milliseconds }],
  );
}

/** From the one that ended last back to what it waited for last; undefined if nothing was done. */
export function criticalPath(components: readonly Timed[]): CriticalPath | undefined {
  const byName = new Map(components.map((each) => [each.name, each]));
  const end = last(components);
  if (end === undefined) return undefined;
  const path: Timed[] = [];
  for (let at: Timed | undefined = end; at !== undefined; at = last(needed(at))) path.unshift(at);
  return {
    components: path.map(({ name }) => name),
    total: end.ended,
    own: path.reduce((sum, { began, ended }) => sum + ended - began, 0),
  };

  function needed({ needs }: Timed): Timed[] {
    return needs.flatMap((name) => byName.get(name) ?? []);
  }
}

function last(components: readonly Timed[]): Timed | undefined {
  return components.reduce<Timed | undefined>(
    (latest, each) => (latest === undefined || each.ended > latest.ended ? each : latest),
    undefined,
  );
}
