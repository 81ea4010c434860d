import { expect, it } from 'vitest';
import { missingIn, whenLookedFor } from '../../../src/kubernetes/diagnose/missing.js';
import { Grace } from '../../../src/kubernetes/diagnose/suspect.js';
import { pod } from './objects.js';

const kafka = pod('kafka-0', 'set-kafka');

it.each([
  ['secret "minio" not found', { resource: 'secrets', namespace: 'demo', name: 'minio' }],
  [
    'MountVolume.SetUp failed for volume "x" : configmap "y" not found',
    { resource: 'configmaps', namespace: 'demo', name: 'y' },
  ],
  ["couldn't find key user in Secret demo/minio", undefined],
  ['configmap references non-existent config key: zz', undefined],
])('%s', (message, missing) => {
  expect(missingIn(message, kafka)).toEqual(missing);
});

it('is no suspect when it has come, and does not wait for the kubelet when it has not', () => {
  const suspect = {
    cause: { type: 'ConfigMissing' as const, message: 'm', next: 'n' },
    grace: Grace.shuffle,
  };
  expect(whenLookedFor(suspect, true)).toEqual([]);
  expect(whenLookedFor(suspect, false)).toEqual([{ ...suspect, grace: Grace.lag }]);
});
