import { describe, expect, test } from 'vitest';
import { partOf } from '../../../src/stack/plan/part-of.js';
import type { Plan } from '../../../src/stack/plan/plan-types.js';
import { component, plan } from '../../cli/fake-platform.js';

const whole = plan(
  component('volumes'),
  component('zookeeper', { needs: ['volumes'] }),
  component('kafka', { needs: ['zookeeper'] }),
  component('minio', { needs: ['volumes'] }),
);

function needs(part: ReturnType<typeof partOf>): Record<string, readonly string[]> {
  return Object.fromEntries((part as Plan).components.map(({ name, needs: own }) => [name, own]));
}

function digest(names: readonly string[]): string {
  return (partOf(whole, names, 'needs') as Plan).digest;
}

describe('a part of a plan', () => {
  test('has what its components need, in order', () => {
    expect(needs(partOf(whole, ['kafka'], 'needs'))).toEqual({
      volumes: [],
      zookeeper: ['volumes'],
      kafka: ['zookeeper'],
    });
  });

  test('or has them alone, and nothing waits for what is left out', () => {
    expect(needs(partOf(whole, ['kafka', 'minio'], 'nothing'))).toEqual({ kafka: [], minio: [] });
  });

  test('or what needs them, which goes before them', () => {
    expect(needs(partOf(whole, ['zookeeper'], 'dependants'))).toEqual({
      zookeeper: [],
      kafka: ['zookeeper'],
    });
  });

  test('is another request than the whole, and the same for the same components', () => {
    expect(digest(['kafka'])).toBe(digest(['kafka', 'zookeeper']));
    expect(new Set([digest(['kafka']), digest(['minio']), digest(['kafka', 'minio'])]).size).toBe(3);
  });

  test('is refused for a name that the plan does not have', () => {
    expect(partOf(whole, ['kafak'], 'needs')).toEqual({
      unknown: 'kafak',
      hint: 'did you mean "kafka"?',
    });
  });
});
