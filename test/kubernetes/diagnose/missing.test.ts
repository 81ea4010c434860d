import { expect, it } from 'vitest';
import { missingIn, whenLookedFor } from '../../../src/kubernetes/diagnose/missing.js';
import { GracePeriod } from '../../../src/kubernetes/diagnose/failure-detector.js';
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

it('is no finding when it has come, and does not wait for the kubelet when it has not', () => {
  const finding = {
    cause: { type: 'ConfigMissing' as const, message: 'm', next: 'n' },
    gracePeriod: GracePeriod.shuffle,
  };
  expect(whenLookedFor(finding, true)).toEqual([]);
  expect(whenLookedFor(finding, false)).toEqual([{ ...finding, gracePeriod: GracePeriod.lag }]);
});
