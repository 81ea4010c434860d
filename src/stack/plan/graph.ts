/**
 * Order among things that need each other.
 *
 * @module
 */

/** Every node's needs by name; needs that are no nodes themselves are ignored. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * The nodes so that each stands after everything it needs; of those that could come next, the first by name.
 *
 * @throws RangeError if there is a cycle: look for one by {@link findCycle} first.
 */
export function topologicalOrder(graph: Graph): string[] {
  const waiting = new Map(
    [...graph].map(([name, needs]) => [name, new Set(needs.filter((need) => graph.has(need)))]),
  );
  const order: string[] = [];
  while (waiting.size > 0) {
    const next = [...waiting.keys()].filter((name) => waiting.get(name)?.size === 0).toSorted()[0];
    if (next === undefined) {
      throw new RangeError(`There is a cycle among ${[...waiting.keys()].join(', ')}.`);
    }
    order.push(next);
    waiting.delete(next);
    for (const needs of waiting.values()) {
      needs.delete(next);
    }
  }
  return order;
}

/** Everything that a node needs, directly or through others, the nearest first; without itself. */
export function reachable(name: string, graph: Graph): ReadonlySet<string> {
  const reached = new Set<string>(graph.get(name));
  for (const each of reached) {
    for (const need of graph.get(each) ?? []) {
      reached.add(need);
    }
  }
  return reached;
}

/**
 * A cycle, from its first name in the alphabet back to itself, or nothing.
 *
 * @example
 * findCycle(new Map([['b', ['a']], ['a', ['b']]])); // ['a', 'b', 'a']
 */
export function findCycle(graph: Graph): string[] | undefined {
  const finished = new Set<string>();
  const search = (name: string, path: readonly string[]): string[] | undefined => {
    const start = path.indexOf(name);
    if (start !== -1) {
      return path.slice(start);
    }
    if (finished.has(name)) {
      return undefined;
    }
    for (const need of graph.get(name) ?? []) {
      const cycle = search(need, [...path, name]);
      if (cycle !== undefined) {
        return cycle;
      }
    }
    finished.add(name);
    return undefined;
  };
  for (const name of [...graph.keys()].toSorted()) {
    const cycle = search(name, []);
    if (cycle !== undefined) {
      const first = cycle.indexOf(cycle.toSorted()[0] ?? '');
      const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
      return [...turned, ...turned.slice(0, 1)];
    }
  }
  return undefined;
}
