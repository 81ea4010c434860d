import { describe, expect, it } from 'vitest';
import { type Stray, inRemovalOrder, needsAmong, removalOf } from '../../src/stack/strays.js';
import { plannedComponent } from '../support/plans.js';

function stray(release: string, ...needs: string[]): Stray {
  return { release, removal: { needs, timeout: 1 } };
}

function order(...strays: Stray[]): string[] {
  return inRemovalOrder(strays).map(({ release }) => release);
}

describe('strays', () => {
  it('are removed before what they need', () => {
    expect(order(stray('zookeeper'), stray('kafka', 'zookeeper'), stray('together', 'kafka'))).toEqual([
      'together',
      'kafka',
      'zookeeper',
    ]);
  });

  it('are ordered among themselves alone: what they need of the plan stays', () => {
    expect([...needsAmong([stray('kafka', 'zookeeper', 'volumes'), stray('zookeeper', 'volumes')])]).toEqual([
      ['kafka', ['zookeeper']],
      ['zookeeper', []],
    ]);
  });

  it('of which nothing is known go before all others', () => {
    expect(order(stray('minio'), { release: 'a' }, stray('spark', 'minio'), { release: 'z' })).toEqual([
      'z',
      'a',
      'spark',
      'minio',
    ]);
    // But not before one that needs them.
    expect(order({ release: 'store' }, stray('front', 'store'), stray('other'))).toEqual([
      'front',
      'store',
      'other',
    ]);
  });

  it('that need each other are removed in whatever order', () => {
    const strays = [stray('a', 'b'), stray('b', 'a'), stray('c', 'c')];
    expect([...needsAmong(strays).values()]).toEqual([[], [], []]);
    expect(order(...strays)).toHaveLength(3);
  });
});

it('tells of a planned component how it is removed', () => {
  const kafka = plannedComponent('kafka', { needs: ['zookeeper'], data: { claims: 'app=kafka' } });
  expect(removalOf(kafka)).toEqual({ needs: ['zookeeper'], timeout: 60_000, claims: 'app=kafka' });
  expect(removalOf(plannedComponent('livy'))).toEqual({ needs: [], timeout: 60_000 });
});
