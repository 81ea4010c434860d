import { describe, expect, test } from 'vitest';

import type { Claim, KubernetesObject } from '../../../src/kubernetes/api/objects.js';
import {
  claimSizesOf,
  claimsToExpand,
  isExpanded,
  withClaimsOf,
} from '../../../src/kubernetes/releases/claim-sizes.js';

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

describe('sizes that differ', () => {
  test.each([
    ['2Gi', '3Gi'],
    ['3Gi', '2Gi'],
  ])('are told, from %s to %s', (from, to) => {
    expect(claimSizesOf(live(from), set(template(to)))).toEqual([{ template: 'data', from, to }]);
  });

  test('are none if they are written differently', () => {
    expect(claimSizesOf(live('2Gi'), set(template('2048Mi')))).toEqual([]);
  });

  test.each([
    ['another class', set(template('3Gi', { storageClassName: 'fast' }))],
    ['another access', set(template('3Gi', { accessModes: ['ReadWriteMany'] }))],
    ['another name', set(template('3Gi', {}, 'files'))],
    ['one more', set(template('3Gi'), template('1Gi', {}, 'logs'))],
    ['none', set()],
  ])('are none beside %s, which Kubernetes refuses', (_, planned) => {
    expect(claimSizesOf(live('2Gi'), planned)).toEqual([]);
  });

  test('leave a trial without them', () => {
    const planned = set(template('3Gi'));
    expect(claimSizesOf(live('2Gi'), withClaimsOf(live('2Gi'), planned))).toEqual([]);
    expect(withClaimsOf(live('2Gi'), planned)).toMatchObject({ spec: { replicas: 3 } });
  });
});

const claim = (name: string, storage: string, status: Claim['status'] = {}): Claim => ({
  metadata: { name },
  spec: { resources: { requests: { storage } } },
  status,
});

describe('claims that are to be expanded', () => {
  const sizes = [{ template: 'data', from: '2Gi', to: '3Gi' }];

  test('are the StatefulSet’s own that are smaller', () => {
    const claims = [
      claim('data-store-0', '2Gi'),
      claim('data-store-1', '3Gi'),
      claim('data-store-10', '1Gi'),
      claim('data-store-copy', '1Gi'),
      claim('data-store-other-0', '1Gi'),
      claim('logs-store-0', '1Gi'),
    ];
    const small = claimsToExpand('store', sizes, claims);
    expect(small.map((each) => each.claim.metadata.name)).toEqual(['data-store-0', 'data-store-10']);
  });

  test('are none where the size gets smaller', () => {
    const smaller = [{ template: 'data', from: '3Gi', to: '2Gi' }];
    expect(claimsToExpand('store', smaller, [claim('data-store-0', '3Gi')])).toEqual([]);
  });

  test('are done when the volume has the size, or gets it with the next pod', () => {
    expect(isExpanded(claim('data-store-0', '3Gi', { capacity: { storage: '2Gi' } }), '3Gi')).toBe(false);
    expect(isExpanded(claim('data-store-0', '3Gi', { capacity: { storage: '3Gi' } }), '3Gi')).toBe(true);
    const conditions = [{ type: 'FileSystemResizePending', status: 'True' as const }];
    const status = { capacity: { storage: '2Gi' }, conditions };
    expect(isExpanded(claim('data-store-0', '3Gi', status), '3Gi')).toBe(true);
  });
});
