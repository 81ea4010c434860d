import { describe, expect, it } from 'vitest';
import { helmFields, otherHands } from '../../../src/kubernetes/releases/field-ownership.js';
import type { ManagedFields, Metadata } from '../../../src/kubernetes/api/objects.js';

const container = 'k:{"name":"livy"}';
const owned = {
  'f:spec': {
    'f:replicas': {},
    'f:template': { 'f:spec': { 'f:containers': { [container]: { '.': {}, 'f:image': {}, 'f:name': {} } } } },
  },
};
const helm: ManagedFields = { manager: 'helm', fieldsV1: owned };
const of = (...managedFields: ManagedFields[]): Metadata => ({ name: 'livy', managedFields });

const hand = (time: string, key: string): ManagedFields => ({
  manager: 'kubectl-edit',
  time,
  fieldsV1: { 'f:data': { [key]: {} } },
});

describe('the fields that are Helm’s', () => {
  const before = helmFields(of(helm));

  it('stay the same whoever else writes, and in whatever order the server tells them', () => {
    const status: ManagedFields = { manager: 'kube-controller-manager', subresource: 'status', fieldsV1: {} };
    const reordered = { 'f:spec': Object.fromEntries(Object.entries(owned['f:spec']).toReversed()) };
    expect(helmFields(of(status, { ...helm, fieldsV1: reordered }))).toBe(before);
  });

  it('stay the same when an autoscaler takes the number of pods', () => {
    const { 'f:replicas': _, ...others } = owned['f:spec'];
    expect(helmFields(of({ ...helm, fieldsV1: { 'f:spec': others } }))).toBe(before);
  });

  it('are others when a hand has taken one of them', () => {
    const fieldsV1 = {
      'f:spec': {
        'f:replicas': {},
        'f:template': { 'f:spec': { 'f:containers': { [container]: { '.': {}, 'f:name': {} } } } },
      },
    };
    expect(helmFields(of({ ...helm, fieldsV1 }))).not.toBe(before);
  });

  it('are others when a hand has written, or written again, what a Secret’s chart sets as text', () => {
    const texts: ManagedFields = { manager: 'helm', fieldsV1: { 'f:stringData': { 'f:password': {} } } };
    const once = helmFields(of(texts, hand('2026-11-29T06:00:00Z', 'f:password')));
    expect(once).not.toBe(helmFields(of(texts)));
    expect(helmFields(of(texts, hand('2026-11-29T07:00:00Z', 'f:password')))).not.toBe(once);
    expect(helmFields(of(texts, hand('2026-11-29T06:00:00Z', 'f:more')))).toBe(helmFields(of(texts)));
  });

  it('are unknown where the server remembers no writers', () => {
    expect(helmFields({ name: 'livy' })).toBeUndefined();
    expect(helmFields(of({ manager: 'kubectl-create', fieldsV1: owned }))).toBeUndefined();
  });
});

describe('other hands', () => {
  it('are named with the fields that they wrote, and when', () => {
    const set: ManagedFields = {
      manager: 'kubectl-set',
      time: '2026-11-29T06:00:00Z',
      fieldsV1: {
        'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { [container]: { 'f:image': {} } } } } },
      },
    };
    expect(otherHands(of(helm, set))).toBe(
      'kubectl-set wrote spec.template.spec.containers[name=livy].image at 2026-11-29T06:00:00Z',
    );
    const many = { 'f:data': { 'f:a': {}, 'f:b': {}, 'f:c': {}, 'f:d.e': {} } };
    expect(otherHands(of(helm, { manager: 'me', fieldsV1: many }))).toBe(
      'me wrote data.a, data.b, data.c and 1 more',
    );
  });

  it('are not those of Kubernetes itself', () => {
    const own = { manager: 'kube-controller-manager', fieldsV1: { 'f:metadata': {} } };
    expect(otherHands(of(helm, own, { manager: 'hpa', subresource: 'scale', fieldsV1: owned }))).toBe('');
  });
});
