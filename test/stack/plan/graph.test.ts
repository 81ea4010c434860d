import { describe, expect, test } from 'vitest';
import { findCycle, type Graph, reachable, topologicalOrder } from '../../../src/stack/plan/graph.js';

/** Random numbers in [0, 1) that are the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A graph in which a node needs only nodes before it in a hidden order, its nodes then shuffled. */
function randomAcyclic(random: () => number): { graph: Graph; hidden: string[] } {
  const hidden = Array.from({ length: Math.floor(random() * 25) }, (_, index) => `node-${index}`);
  hidden.sort(() => random() - 0.5);
  const entries = hidden.map((name, index): [string, string[]] => [
    name,
    hidden.slice(0, index).filter(() => random() < 0.2),
  ]);
  entries.sort(() => random() - 0.5);
  return { graph: new Map(entries), hidden };
}

describe.each(Array.from({ length: 100 }, (_, seed) => seed))('a random acyclic graph, seed %i', (seed) => {
  const random = randomNumbers(seed);
  const { graph, hidden } = randomAcyclic(random);
  const order = topologicalOrder(graph);

  test('is ordered completely, every node after its needs, ties by name', () => {
    expect(order.toSorted()).toEqual(hidden.toSorted());
    const done = new Set<string>();
    for (const name of order) {
      const ready = [...graph]
        .filter(([other, needs]) => !done.has(other) && needs.every((need) => done.has(need)))
        .map(([other]) => other);
      expect(name).toBe(ready.toSorted()[0]);
      done.add(name);
    }
  });

  test('has the same order whatever the order of its nodes', () => {
    expect(topologicalOrder(new Map([...graph].toReversed()))).toEqual(order);
  });

  test('has no cycle until an edge closes one', () => {
    expect(findCycle(graph)).toBeUndefined();
    const [first, last] = [hidden[0], hidden.at(-1)];
    if (first === undefined || last === undefined || first === last) {
      return;
    }
    const cyclic = new Map(graph).set(first, [last]).set(last, [...(graph.get(last) ?? []), first]);
    const cycle = findCycle(cyclic) ?? [];
    expect(cycle.length).toBeGreaterThan(1);
    expect(cycle.at(-1)).toBe(cycle[0]);
    expect(cycle[0]).toBe(cycle.toSorted()[0]);
    for (const [index, name] of cycle.slice(0, -1).entries()) {
      expect(cyclic.get(name)).toContain(cycle[index + 1]);
    }
    expect(() => topologicalOrder(cyclic)).toThrow(RangeError);
  });
});

test('a node that needs itself is a cycle', () => {
  expect(findCycle(new Map([['a', ['a']]]))).toEqual(['a', 'a']);
});

test('needs that are no nodes are ignored', () => {
  const graph = new Map([
    ['b', ['a', 'elsewhere']],
    ['a', []],
  ]);
  expect(topologicalOrder(graph)).toEqual(['a', 'b']);
  expect(findCycle(graph)).toBeUndefined();
});

test('reachable gives everything that is needed, the nearest first', () => {
  const graph = new Map([
    ['a', ['b', 'c']],
    ['b', ['d']],
    ['c', ['d']],
  ]);
  expect([...reachable('a', graph)]).toEqual(['b', 'c', 'd']);
  expect([...reachable('d', graph)]).toEqual([]);
});
