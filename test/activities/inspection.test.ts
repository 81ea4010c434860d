import { describe, expect, it } from 'vitest';
import { type Look, judge } from '../../src/activities/inspection.js';
import type { Proof } from '../../src/kubernetes/proofs.js';
import type { Release } from '../../src/kubernetes/releases.js';

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
};

const whole: Look = {
  release,
  proof,
  ready: true,
  pods: '3/3 pods ready',
  objects: ['ConfigMap/more', 'Service/kafka', 'StatefulSet/kafka'],
};

function stateOf(change: Partial<Look>): string {
  const { state, ...rest } = judge(input, { ...whole, ...change });
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
    ['same-ungrounded', { proof: { ...proof, ground: 'sha256:other' } }],
    ['same-unproven: Service/kafka', { objects: ['StatefulSet/kafka'] }],
    ['same-unproven: readiness: 2/3 pods ready', { ready: false, pods: '2/3 pods ready' }],
  ])('%s', (expected, change) => {
    expect(stateOf(change)).toBe(expected);
  });

  it('foreign without any stack’s label', () => {
    const { stack: _stack, ...unlabelled } = release;
    expect(stateOf({ release: unlabelled })).toBe('foreign');
  });
});
