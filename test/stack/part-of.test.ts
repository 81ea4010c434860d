import { describe, expect, test } from 'vitest';
import { partOf } from '../../src/stack/part-of.js';
import type { Plan } from '../../src/stack/plan-types.js';
import { component, plan } from '../cli/fake-platform.js';

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
  return (partOf(whole, names, { needs: true }) as Plan).digest;
}

describe('a part of a plan', () => {
  test('has what its components need, in order', () => {
    expect(needs(partOf(whole, ['kafka'], { needs: true }))).toEqual({
      volumes: [],
      zookeeper: ['volumes'],
      kafka: ['zookeeper'],
    });
  });

  test('or has them alone, and nothing waits for what is left out', () => {
    expect(needs(partOf(whole, ['kafka', 'minio'], { needs: false }))).toEqual({ kafka: [], minio: [] });
  });

  test('is another request than the whole, and the same for the same components', () => {
    expect(digest(['kafka'])).toBe(digest(['kafka', 'zookeeper']));
    expect(new Set([digest(['kafka']), digest(['minio']), digest(['kafka', 'minio'])]).size).toBe(3);
  });

  test('is refused for a name that the plan does not have', () => {
    expect(partOf(whole, ['kafak'], { needs: true })).toEqual({
      unknown: 'kafak',
      hint: 'did you mean "kafka"?',
    });
  });
});
