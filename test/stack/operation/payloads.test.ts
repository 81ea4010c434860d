import { describe, expect, it } from 'vitest';
import { decisionArguments, replan, wholeDecision } from '../../../src/stack/operation/decisions.js';
import { bytesOf, inPieces, maximumPayloadBytes, wholePlan } from '../../../src/stack/operation/payloads.js';
import { argumentsOf } from '../../../src/client/request.js';
import { layeredPlan } from '../../support/graphs.js';

describe('inPieces', () => {
  it.each([[[]], [['a']], [['a', 'b']]])('leaves %j in one', (items) => {
    expect(inPieces(items)).toEqual([items]);
  });

  it('keeps the order, and each piece small, whatever the sizes', () => {
    const items = Array.from({ length: 200 }, (_, index) => 'ü'.repeat((index * 7_919) % 9_000));
    const pieces = inPieces(items);
    expect(pieces.flat()).toEqual(items);
    expect(Math.max(...pieces.map(bytesOf))).toBeLessThan(maximumPayloadBytes);
    expect(pieces.length).toBeLessThan(items.length / 2);
  });

  it('gives an item a piece of its own that fills one', () => {
    const large = 'x'.repeat(59_997);
    expect(inPieces(['a', large, 'b']).map((piece) => piece.length)).toEqual([1, 1, 1]);
  });
});

describe('a plan of 500 components', () => {
  const plan = layeredPlan(500);

  it('travels in payloads of at most 64 KB, and arrives whole', () => {
    const [head, ...more] = argumentsOf({ plan, onFailure: 'wait' });
    const input = head as { plan: typeof plan; onFailure: string };
    expect(Math.max(...[head, ...more].map(bytesOf))).toBeLessThanOrEqual(maximumPayloadBytes);
    expect(input.onFailure).toBe('wait');
    expect(wholePlan(input.plan, more as (typeof plan.components)[number][][])).toEqual(plan);
  });

  it('has an outline that travels so with a decision', () => {
    const replanned = replan(plan, 'component-007');
    const decision = { decision: 'retry', component: 'component-007', plan: replanned } as const;
    const args = decisionArguments(decision as Parameters<typeof decisionArguments>[0]);
    expect(args.length).toBeGreaterThan(1);
    expect(Math.max(...args.map(bytesOf))).toBeLessThanOrEqual(maximumPayloadBytes);
    expect(wholeDecision(...args)).toEqual(decision);
  });
});

it('a small plan and a small decision are one argument', () => {
  const plan = layeredPlan(10);
  expect(argumentsOf({ plan, deleteData: true })).toEqual([{ plan, deleteData: true }]);
  expect(decisionArguments({ decision: 'skip', component: 'kafka' })).toEqual([
    { decision: 'skip', component: 'kafka' },
  ]);
});
