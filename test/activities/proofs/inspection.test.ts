import { describe, expect, it } from 'vitest';
import { type Look, classify } from '../../../src/activities/proofs/inspection.js';
import type { LiveLook } from '../../../src/kubernetes/releases/live-look.js';
import type { Proof } from '../../../src/kubernetes/record/proofs.js';
import type { Release } from '../../../src/kubernetes/releases/releases.js';

const digest = `sha256:${'ab'.repeat(32)}`;
const input = { stack: 'demo', namespace: 'demo', component: 'kafka', release: 'kafka', digest };

const release: Release = {
  name: 'kafka',
  revision: 4,
  status: 'deployed',
  stack: 'demo',
  digest: 'ab'.repeat(30),
  lastDeployed: 4,
  secret: 's',
  touched: 0,
};

const proof: Proof = {
  digest,
  version: '1',
  provenAt: '2026-01-01T00:00:00.000Z',
  checks: [],
  revision: 4,
  objects: ['Service/kafka', 'StatefulSet/kafka'],
  wanted: { 'StatefulSet/kafka': 3 },
  fields: { 'Service/kafka': 'aaa', 'StatefulSet/kafka': 'bbb' },
};

const live: LiveLook = {
  ready: true,
  pods: '3/3 pods ready',
  objects: ['ConfigMap/more', 'Service/kafka', 'StatefulSet/kafka'],
  wanted: { 'StatefulSet/kafka': 3 },
  fields: { 'Service/kafka': 'aaa', 'StatefulSet/kafka': 'bbb' },
  hands: { 'StatefulSet/kafka': 'kubectl-set wrote spec.template' },
  unseen: [],
  rotated: [],
};

const whole: Look = { release, proof, live };

function stateOf(change: Partial<Look>): string {
  const { state, ...rest } = classify(input, { ...whole, ...change });
  return 'missing' in rest
    ? `${state}: ${rest.missing}`
    : 'status' in rest
      ? `${state}: ${rest.status}`
      : state;
}

describe('a component is', () => {
  it.each<[string, Partial<Look>]>([
    ['same-proven', {}],
    ['absent', { release: undefined }],
    ['absent', { release: { ...release, status: 'uninstalled' } }],
    ['foreign', { release: { ...release, stack: 'other' } }],
    ['pending: pending-install', { release: { ...release, status: 'pending-install' } }],
    ['pending: pending-rollback', { release: { ...release, status: 'pending-rollback' } }],
    ['pending: uninstalling', { release: { ...release, status: 'uninstalling' } }],
    ['different: failed', { release: { ...release, status: 'failed' } }],
    ['different: deployed', { release: { ...release, digest: 'other' } }],
    ['same-unproven: a proof', { proof: undefined }],
    ['same-unproven: a proof', { proof: { ...proof, digest: 'sha256:other' } }],
    ['same-unproven: a proof', { proof: { ...proof, revision: 3 } }],
    ['dependencies-changed', { proof: { ...proof, dependenciesDigest: 'sha256:other' } }],
    ['same-unproven: Service/kafka', { live: { ...live, objects: ['StatefulSet/kafka'] } }],
    ['same-unproven: readiness: 2/3 pods ready', { live: { ...live, ready: false, pods: '2/3 pods ready' } }],
    [
      'same-unproven: pods of StatefulSet/kafka: it is scaled to 0, 3 were proven',
      { live: { ...live, pods: '0/0 pods ready', wanted: { 'StatefulSet/kafka': 0 } } },
    ],
    [
      'same-unproven: pods that have read Secret/store since it changed',
      { live: { ...live, rotated: ['store'] } },
    ],
    ['same-proven', { live: { ...live, wanted: { 'StatefulSet/kafka': 5 } } }],
    // Services may not be listed by who looks.
    ['same-proven', { live: { ...live, objects: ['StatefulSet/kafka'], unseen: ['Service'] } }],
    ['same-proven', { live: { ...live, fields: { 'StatefulSet/kafka': 'bbb' }, unseen: ['Service'] } }],
    // An autoscaler decides.
    ['same-proven', { live: { ...live, wanted: {} } }],
  ])('%s', (expected, change) => {
    expect(stateOf(change)).toBe(expected);
  });

  it('proven, with records of its sentinel that an operation left', () => {
    const left = classify(input, { ...whole, proof: { ...proof, sentinelWritten: true } });
    expect(left).toMatchObject({ state: 'same-proven', sentinelWritten: true });
    expect(classify(input, whole)).not.toHaveProperty('sentinelWritten');
  });

  it('foreign without any stack’s label', () => {
    const { stack: _stack, ...unlabelled } = release;
    expect(stateOf({ release: unlabelled })).toBe('foreign');
  });
});

describe('what was proven before', () => {
  const hooks = { checks: [] };
  const old = { ...proof, digest: `sha256:${'cd'.repeat(32)}`, hooks };
  const asProven: Look = { ...whole, release: { ...release, digest: 'cd'.repeat(30) }, proof: old };

  function beforeOf(change: Partial<Look>) {
    const inspection = classify(input, { ...asProven, ...change });
    return 'before' in inspection ? inspection.before : undefined;
  }

  it('is told where something else is planned or was left, with what proved it', () => {
    const before = { digest: old.digest, version: '1', revision: 4, hooks, sentinelWritten: false };
    expect(beforeOf({})).toEqual({ ...before, running: true });
    expect(beforeOf({ release: { ...release, revision: 5 } })).toEqual({ ...before, running: false });
    expect(beforeOf({ release: { ...release, revision: 5, status: 'pending-upgrade' } })).toEqual({
      ...before,
      running: false,
    });
    expect(beforeOf({ proof: undefined })).toBeUndefined();
    expect(beforeOf({ proof: { ...old, sentinelWritten: true } })?.sentinelWritten).toBe(true);
  });

  it('runs only if it is the newest revision, whole and ready', () => {
    const installed = asProven.release as Release;
    for (const change of [
      { live: { ...live, ready: false } },
      { live: { ...live, objects: ['StatefulSet/kafka'] } },
      { live: { ...live, wanted: { 'StatefulSet/kafka': 0 } } },
      { release: { ...installed, revision: 5 } },
      { release: { ...installed, status: 'failed' } },
      { release: { ...installed, digest: 'other' } },
    ]) {
      expect(beforeOf(change)?.running).toBe(false);
    }
  });
});
