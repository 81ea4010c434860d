import { describe, expect, it } from 'vitest';
import {
  type UnlistedRelease,
  inRemovalOrder,
  needsAmong,
  removalOf,
} from '../../../src/stack/plan/unlisted.js';
import { plannedComponent } from '../../support/plans.js';

function unlistedRelease(release: string, ...needs: string[]): UnlistedRelease {
  return { release, removal: { needs, timeout: 1 } };
}

function order(...unlisted: UnlistedRelease[]): string[] {
  return inRemovalOrder(unlisted).map(({ release }) => release);
}

describe('unlisted', () => {
  it('are removed before what they need', () => {
    expect(
      order(
        unlistedRelease('zookeeper'),
        unlistedRelease('kafka', 'zookeeper'),
        unlistedRelease('together', 'kafka'),
      ),
    ).toEqual(['together', 'kafka', 'zookeeper']);
  });

  it('are ordered among themselves alone: what they need of the plan stays', () => {
    expect([
      ...needsAmong([
        unlistedRelease('kafka', 'zookeeper', 'volumes'),
        unlistedRelease('zookeeper', 'volumes'),
      ]),
    ]).toEqual([
      ['kafka', ['zookeeper']],
      ['zookeeper', []],
    ]);
  });

  it('of which nothing is known go before all others', () => {
    expect(
      order(unlistedRelease('minio'), { release: 'a' }, unlistedRelease('spark', 'minio'), { release: 'z' }),
    ).toEqual(['z', 'a', 'spark', 'minio']);
    // But not before one that needs them.
    expect(order({ release: 'store' }, unlistedRelease('front', 'store'), unlistedRelease('other'))).toEqual([
      'front',
      'store',
      'other',
    ]);
  });

  it('that need each other are removed in whatever order', () => {
    const unlisted = [unlistedRelease('a', 'b'), unlistedRelease('b', 'a'), unlistedRelease('c', 'c')];
    expect([...needsAmong(unlisted).values()]).toEqual([[], [], []]);
    expect(order(...unlisted)).toHaveLength(3);
  });
});

it('tells of a planned component how it is removed', () => {
  const kafka = plannedComponent('kafka', { needs: ['zookeeper'], data: { claims: 'app=kafka' } });
  expect(removalOf(kafka)).toEqual({ needs: ['zookeeper'], timeout: 60_000, claims: 'app=kafka' });
  expect(removalOf(plannedComponent('livy'))).toEqual({ needs: [], timeout: 60_000 });
});
