import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../src/kubernetes/api/objects.js';
import { type WorkloadKind, readinessOf } from '../../../src/kubernetes/releases/readiness.js';

function readiness(
  kind: WorkloadKind,
  spec: Workload['spec'],
  status: Workload['status'],
  generation = 1,
): string {
  const workload = { metadata: { name: 'x', generation }, spec: spec ?? {}, status: status ?? {} };
  const { ready, pods } = readinessOf(kind, workload);
  return `${pods.ready}/${pods.wanted} ${ready ? 'ready' : 'waiting'}`;
}

const seen = { observedGeneration: 1 };

describe('StatefulSet', () => {
  const three = { replicas: 3 };
  const all = {
    ...seen,
    replicas: 3,
    readyReplicas: 3,
    updatedReplicas: 3,
    currentRevision: 'b',
    updateRevision: 'b',
  };

  it.each<[string, Workload['spec'], Workload['status'], string]>([
    ['has just been made', three, {}, '0/3 waiting'],
    ['has two of three', three, { ...all, readyReplicas: 2 }, '2/3 waiting'],
    ['has all', three, all, '3/3 ready'],
    ['rolls out', three, { ...all, updatedReplicas: 1, currentRevision: 'a' }, '1/3 waiting'],
    ['shrinks', { replicas: 1 }, all, '3/1 waiting'],
    ['is scaled to none', { replicas: 0 }, { ...seen, replicas: 0 }, '0/0 ready'],
    ['has one by default', {}, { ...all, replicas: 1, readyReplicas: 1, updatedReplicas: 1 }, '1/1 ready'],
    [
      'is updated above its partition',
      { ...three, updateStrategy: { rollingUpdate: { partition: 2 } } },
      { ...all, updatedReplicas: 1, currentRevision: 'a' },
      '3/3 ready',
    ],
    [
      'is updated by hand',
      { ...three, updateStrategy: { type: 'OnDelete' } },
      { ...all, updatedReplicas: 0, currentRevision: 'a' },
      '3/3 ready',
    ],
  ])('that %s', (_what, spec, status, expected) => {
    expect(readiness('StatefulSet', spec, status)).toBe(expected);
  });

  it('is not ready while its controller has not seen the change', () => {
    expect(readiness('StatefulSet', three, all, 2)).toBe('0/3 waiting');
  });
});

describe('Deployment', () => {
  const two = { replicas: 2 };

  it.each<[string, Workload['status'], string]>([
    ['has just been made', {}, '0/2 waiting'],
    ['has all', { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, '2/2 ready'],
    ['has old pods still', { ...seen, replicas: 3, updatedReplicas: 2, availableReplicas: 3 }, '2/2 waiting'],
    ['has only old pods', { ...seen, replicas: 2, updatedReplicas: 0, availableReplicas: 2 }, '0/2 waiting'],
  ])('that %s', (_what, status, expected) => {
    expect(readiness('Deployment', two, status)).toBe(expected);
  });
});

describe('DaemonSet', () => {
  it.each<[string, Workload['status'], string]>([
    ['has just been made', {}, '0/0 waiting'],
    [
      'has all',
      { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
      '2/2 ready',
    ],
    [
      'rolls out',
      { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 },
      '1/2 waiting',
    ],
    ['matches no node', { ...seen, desiredNumberScheduled: 0 }, '0/0 ready'],
  ])('that %s', (_what, status, expected) => {
    expect(readiness('DaemonSet', {}, status)).toBe(expected);
  });
});

describe('Job', () => {
  it.each<[string, Workload['spec'], Workload['status'], string]>([
    ['runs', {}, {}, '0/1 waiting'],
    ['is complete', {}, { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] }, '1/1 ready'],
    ['has failed', {}, { conditions: [{ type: 'Failed', status: 'True' }] }, '0/1 waiting'],
    ['is suspended', { suspend: true }, {}, '0/1 ready'],
  ])('that %s', (_what, spec, status, expected) => {
    expect(readiness('Job', spec, status)).toBe(expected);
  });
});
