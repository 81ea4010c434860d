import { describe, expect, it } from 'vitest';
import { hookPods } from '../../../src/kubernetes/diagnose/hooks.js';
import type { NamespaceView } from '../../../src/kubernetes/diagnose/release.js';
import type { Metadata, Pod, Workload } from '../../../src/kubernetes/api/objects.js';
import { pod } from './objects.js';

const since = Date.parse('2026-01-01T10:00:00.400Z');

/** Metadata of a hook of kafka that was made just now. */
const made = (name: string, change: Partial<Metadata> = {}): Metadata => ({
  name,
  namespace: 'demo',
  uid: `uid-${name}`,
  creationTimestamp: '2026-01-01T10:00:00Z',
  labels: { 'app.kubernetes.io/instance': 'kafka' },
  annotations: { 'helm.sh/hook': 'pre-install,pre-upgrade' },
  ...change,
});

const hook = (phase: 'Running' | 'Failed', change: Partial<Metadata> = {}): Pod =>
  pod('x', 'y', { metadata: made('migrate', change), status: { phase } });

const job = (conditions: { type: string; status: 'True' }[] = [], backoffLimit = 6): Workload => ({
  metadata: made('load'),
  spec: { backoffLimit },
  status: { conditions },
});

const ofJob = (count: number): Pod[] =>
  Array.from({ length: count }, (_, index) =>
    pod('x', 'y', {
      metadata: {
        name: `load-${index}`,
        namespace: 'demo',
        ownerReferences: [{ kind: 'Job', name: 'load', uid: 'uid-load' }],
      },
      status: { phase: 'Failed' },
    }),
  );

const seen = (pods: Pod[], jobs: Workload[] = []) => {
  const workloads = { StatefulSet: [], Deployment: [], DaemonSet: [], Job: jobs };
  const view: NamespaceView = { workloads, replicaSets: [], pods, claims: [], events: [] };
  const { pods: found, findings } = hookPods(view, 'kafka', since);
  return {
    names: found.map(({ metadata }) => metadata.name),
    types: findings.map(({ cause }) => cause.type),
  };
};

describe('the pods of hooks', () => {
  it('are those that Helm made since it began, and those of its Jobs', () => {
    expect(seen([hook('Running')]).names).toEqual(['migrate']);
    expect(seen(ofJob(1), [job()]).names).toEqual(['load-0']);
    expect(seen([hook('Running', { labels: {} })]).names).toEqual(['migrate']);
  });

  it.each([
    ['of an earlier revision', { creationTimestamp: '2026-01-01T09:59:59Z' }],
    ['of another release', { labels: { 'app.kubernetes.io/instance': 'minio' } }],
    ['a check', { annotations: { 'helm.sh/hook': 'test' } }],
    ['no hook', { annotations: {} }],
  ])('are not: %s', (_, change) => {
    expect(seen([hook('Failed', change)])).toEqual({ names: [], types: [] });
  });

  it('fail for good when a pod fails, or a Job does', () => {
    expect(seen([hook('Running')]).types).toEqual([]);
    expect(seen([hook('Failed')]).types).toEqual(['HookFailed']);
    expect(seen(ofJob(1), [job()]).types).toEqual([]);
    expect(seen(ofJob(1), [job([{ type: 'Failed', status: 'True' }])]).types).toEqual(['HookFailed']);
    expect(seen(ofJob(4), [job()]).types).toEqual(['HookFailed']);
  });

  it('are waited for as long as the chart says that failures are to be', () => {
    expect(seen(ofJob(9), [job([], 20)]).types).toEqual([]);
    expect(seen(ofJob(9), [job([{ type: 'Failed', status: 'True' }], 20)]).types).toEqual(['HookFailed']);
  });
});
