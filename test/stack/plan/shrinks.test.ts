import { describe, expect, it } from 'vitest';
import { acceptLoss, describeShrink, shrinksOf } from '../../../src/stack/plan/shrinks.js';
import { plannedComponent } from '../../support/plans.js';

const guard = { value: 'dataNode.replicas', loses: 'blocks', next: 'Decommission first.' };
const policy = { claims: 'a=b', shrinks: [guard] };
const nodes = (replicas: number) => ({ dataNode: { replicas } });

describe('a value that must not become smaller', () => {
  it('is found where it does, by number', () => {
    const [found] = shrinksOf(policy, nodes(10), nodes(9));
    expect(found).toEqual({ ...guard, from: 10, to: 9 });
    expect(found && describeShrink(found)).toBe('dataNode.replicas goes from 10 to 9, which loses blocks');
  });

  it.each([
    ['grows', nodes(9), nodes(10)],
    ['stays', nodes(3), nodes(3)],
    ['was not there', {}, nodes(3)],
    ['is no number', { dataNode: { replicas: 'many' } }, nodes(3)],
  ])('is none where it %s', (_, installed, planned) => {
    expect(shrinksOf(policy, installed, planned)).toEqual([]);
  });

  it('is none of a component that guards nothing', () => {
    expect(shrinksOf({}, nodes(3), nodes(1))).toEqual([]);
  });
});

it('a loss that is accepted is that of the named component alone', () => {
  const components = ['hdfs', 'kafka'].map((name) => plannedComponent(name, { data: policy }));
  const plan = { stack: 's', namespace: 'n', digest: 'd', components };
  expect(acceptLoss(plan, ['hdfs']).components.map(({ data }) => data)).toEqual([{ claims: 'a=b' }, policy]);
});
