/**
 * Unlisted releases: the stack installed them, and its file no longer lists them. Pure.
 *
 * @module
 */
import { type Graph, findCycle, topologicalOrder } from './graph.js';
import type { PlannedComponent } from './plan-types.js';

/** How a component is removed, told when it is installed: its folder may be gone when it is. */
export interface Removal {
  /** Names of the components that it was installed upon. */
  readonly needs: readonly string[];
  /** Milliseconds for removing the release and waiting until its objects are gone. */
  readonly timeout: number;
  /** Label selector of the claims that hold its data; absent if it has none. */
  readonly claims?: string;
}

/** How a component is removed. */
export function removalOf({
  needs,
  timeouts,
  data,
}: Pick<PlannedComponent, 'needs' | 'timeouts' | 'data'>): Removal {
  const { claims } = data;
  return { needs, timeout: timeouts.remove, ...(claims === undefined ? {} : { claims }) };
}

/** A release, or what is left of one. */
export interface UnlistedRelease {
  readonly release: string;
  /** Absent where nothing tells. */
  readonly removal?: Removal;
}

/**
 * What each unlisted release needs of the others, without any cycle. A release whose needs are not known counts as needing all
 * of the known ones, and is removed before them.
 */
export function needsAmong(unlisted: readonly UnlistedRelease[]): Graph {
  const names = unlisted.map(({ release }) => release);
  const known = unlisted.filter(({ removal }) => removal !== undefined).map(({ release }) => release);
  const graph = (unknown: readonly string[]): Graph =>
    new Map(
      unlisted.map(({ release, removal }) => [
        release,
        (removal?.needs ?? unknown).filter((need) => need !== release && names.includes(need)),
      ]),
    );
  // What was told of components at different times may contradict itself: that must not keep any of them for ever.
  const candidates = [graph(known), graph([])];
  return candidates.find((each) => findCycle(each) === undefined) ?? new Map(names.map((name) => [name, []]));
}

/** The unlisted releases in the order in which they are removed: each before what it needs. */
export function inRemovalOrder(unlisted: readonly UnlistedRelease[]): UnlistedRelease[] {
  const order = topologicalOrder(needsAmong(unlisted)).toReversed();
  return unlisted.toSorted((one, other) => order.indexOf(one.release) - order.indexOf(other.release));
}
