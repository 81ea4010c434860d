import { describe, expect, test } from 'vitest';

import type { Claim, KubernetesObject } from '../../../src/kubernetes/api/objects.js';
import {
  claimsToExpand,
  differsInSizes,
  isExpanded,
  madeAnew,
  withClaimsOf,
} from '../../../src/kubernetes/releases/claim-sizes.js';
import { expandableClasses } from '../../../src/kubernetes/releases/expandable.js';

const template = (storage: string, more: object = {}, name = 'data') => ({
  metadata: { name, labels: { app: 'store' } },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more },
});

const set = (...volumeClaimTemplates: object[]): KubernetesObject =>
  ({
    kind: 'StatefulSet',
    metadata: { name: 'store' },
    spec: { replicas: 3, volumeClaimTemplates },
  }) as KubernetesObject;

/** As an API server gives it, with what it adds. */
const live = (storage: string, more: object = {}) =>
  set({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    ...template(storage, { volumeMode: 'Filesystem', ...more }),
    status: { phase: 'Pending' },
  });

describe('claims of a StatefulSet', () => {
  test.each([
    ['2Gi', '3Gi'],
    ['3Gi', '2Gi'],
  ])('differ in their sizes, %s and %s', (from, to) => {
    expect(differsInSizes(live(from), set(template(to)))).toBe(true);
  });

  test.each([
    ['2Gi', '2048Mi'],
    ['1288490188800m', '1.2Gi'],
  ])('do not differ if %s is written as %s', (from, to) => {
    expect(differsInSizes(live(from), set(template(to)))).toBe(false);
  });

  test.each([
    ['another class', set(template('3Gi', { storageClassName: 'fast' }))],
    ['another access', set(template('3Gi', { accessModes: ['ReadWriteMany'] }))],
    ['another name', set(template('3Gi', {}, 'files'))],
    ['one more', set(template('3Gi'), template('1Gi', {}, 'logs'))],
    ['a size that is none', set(template('large'))],
    ['none', set()],
  ])('are left to Kubernetes with %s', (_, planned) => {
    expect(differsInSizes(live('2Gi'), planned)).toBe(false);
  });

  test('are tried as they are', () => {
    const planned = set(template('3Gi'));
    expect(differsInSizes(live('2Gi'), withClaimsOf(live('2Gi'), planned))).toBe(false);
    expect(withClaimsOf(live('2Gi'), planned)).toMatchObject({ spec: { replicas: 3 } });
  });

  test('get other sizes in a new one, in which all else stays', () => {
    const { spec } = live('2Gi') as unknown as { readonly spec: object };
    const now = {
      kind: 'StatefulSet',
      metadata: { name: 'store', namespace: 'n', uid: 'u', resourceVersion: '7', labels: { by: 'a hand' } },
      spec: { ...spec, replicas: 5, minReadySeconds: 4 },
      status: { replicas: 5 },
    } as KubernetesObject;
    const anew = madeAnew(now, set(template('3Gi')));
    expect(anew).toMatchObject({
      apiVersion: 'apps/v1',
      metadata: { name: 'store', namespace: 'n', labels: { by: 'a hand' } },
      spec: { replicas: 5, minReadySeconds: 4 },
    });
    expect(anew.metadata.uid).toBeUndefined();
    expect(anew).not.toHaveProperty('status');
    expect(differsInSizes(anew, set(template('3Gi')))).toBe(false);
  });
});

const claim = (name: string, storage: string, status: Claim['status'] = { phase: 'Bound' }): Claim => ({
  metadata: { name },
  spec: { resources: { requests: { storage } } },
  status,
});

describe('claims that are to be expanded', () => {
  test('are the StatefulSet’s own that are smaller, or are being expanded', () => {
    const claims = [
      claim('data-store-0', '2Gi'),
      claim('data-store-1', '3Gi', { phase: 'Bound', capacity: { storage: '3Gi' } }),
      claim('data-store-2', '3Gi', { phase: 'Bound', capacity: { storage: '2Gi' } }),
      claim('data-store-3', '4Gi', { phase: 'Bound', capacity: { storage: '2Gi' } }),
      claim('data-store-4', '1Gi', { phase: 'Pending' }),
      claim('data-store-10', '1Gi'),
      claim('data-store-copy', '1Gi'),
      claim('data-store-other-0', '1Gi'),
      claim('logs-store-0', '1Gi'),
    ];
    const small = claimsToExpand(set(template('3Gi')), claims);
    const names = small.map((each) => each.claim.metadata.name);
    expect(names).toEqual(['data-store-0', 'data-store-2', 'data-store-10']);
  });

  test('are none where the size gets smaller', () => {
    expect(claimsToExpand(set(template('2Gi')), [claim('data-store-0', '3Gi')])).toEqual([]);
  });

  test('are done when the volume has the size, or gets it with the next pod', () => {
    expect(isExpanded(claim('data-store-0', '3Gi', { capacity: { storage: '2Gi' } }), '3Gi')).toBe(false);
    expect(isExpanded(claim('data-store-0', '3Gi', { capacity: { storage: '3Gi' } }), '3Gi')).toBe(true);
    const conditions = [{ type: 'FileSystemResizePending', status: 'True' as const }];
    const pending = { capacity: { storage: '2Gi' }, conditions };
    const now = { ...pending, allocatedResources: { storage: '3Gi' } };
    expect(isExpanded(claim('data-store-0', '3Gi', now), '3Gi')).toBe(true);
    // The word of an expansion before.
    const before = { ...pending, allocatedResources: { storage: '2Gi' } };
    expect(isExpanded(claim('data-store-0', '3Gi', before), '3Gi')).toBe(false);
  });
});

const storageClass = (name: string, more: object): KubernetesObject => ({
  kind: 'StorageClass',
  metadata: { name },
  ...more,
});

test('classes that let volumes be expanded are known by their word', () => {
  const objects = [
    storageClass('yes', { allowVolumeExpansion: true }),
    storageClass('no', { allowVolumeExpansion: false }),
    storageClass('silent', {}),
    { kind: 'ConfigMap', metadata: { name: 'other' } },
  ];
  expect(expandableClasses(objects)).toEqual(new Set(['yes']));
});
