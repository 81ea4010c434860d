/** @module */
import { reachable } from '../../../src/stack/plan/graph.js';

/** A component, and all that it needs or can use. */
export interface Needing {
  readonly name: string;
  readonly needs: readonly string[];
}

export interface Families {
  /** Components that have nothing to do with those of another family: what breaks one leaves the others whole. */
  readonly families: readonly (readonly string[])[];
  /** Components that more than half of the others need, or that need so many: each is a matter of all families. */
  readonly shared: readonly string[];
}

/** Which components can be broken at the same time. Pure. */
export function familiesOf(components: readonly Needing[]): Families {
  const names = components.map(({ name }) => name);
  const needs = new Map(
    components.map(({ name, needs: all }) => [name, all.filter((each) => names.includes(each))]),
  );
  const needed = new Map(
    names.map((name) => [name, names.filter((other) => needs.get(other)?.includes(name))]),
  );
  const isShared = (name: string): boolean =>
    [needs, needed].some((graph) => 2 * reachable(name, graph).size > names.length - 1);
  const shared = names.filter(isShared);
  const both = new Map(
    names.map((name) => [
      name,
      [...(needs.get(name) ?? []), ...(needed.get(name) ?? [])].filter((each) => !shared.includes(each)),
    ]),
  );
  const families: string[][] = [];
  for (const name of names) {
    if (shared.includes(name) || families.some((family) => family.includes(name))) continue;
    const others = reachable(name, both);
    families.push(names.filter((each) => each === name || others.has(each)));
  }
  return { families, shared };
}
