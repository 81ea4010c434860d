/** What somebody missed a while ago is looked for before it is believed to be missing. */
import { afterEach, expect, it } from 'vitest';
import { lookFurther } from '../../../src/activities/ready/look-further.js';
import { diagnoseClaim } from '../../../src/kubernetes/diagnose/claims.js';
import { diagnosePod } from '../../../src/kubernetes/diagnose/pods.js';
import type { Finding } from '../../../src/kubernetes/diagnose/failure-detector.js';
import { diagnoseWorkload } from '../../../src/kubernetes/diagnose/workloads.js';
import { claim, event, pod, podWith, statefulSet, waiting } from '../../kubernetes/diagnose/objects.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../../kubernetes/fake-api-server.js';

let server: FakeApiServer;

afterEach(() => server.close());

const unscheduled = pod('minio-0', 'set-minio', {
  status: {
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: '0/1 nodes are available: persistentvolumeclaim "data-minio-0" not found. not found',
      },
    ],
  },
});
const refused = 'error looking up service account demo/kafka: serviceaccount "kafka" not found';
const lacking = statefulSet('kafka', { status: { replicas: 0 } });
const fast = { spec: { storageClassName: 'fast' } };
const noClass = 'storageclass.storage.k8s.io "fast" not found';
const noDefault = 'no persistent volumes available for this claim and no storage class is set';
const unconfigured = podWith(waiting('CreateContainerConfigError', 'secret "minio" not found'));

/** What is told to be missing, by an old word, and where it is looked for. */
const cases: readonly (readonly [string, string, Finding[], string])[] = [
  [
    'a claim',
    'ClaimMissing',
    diagnosePod(unscheduled, []),
    '/api/v1/namespaces/demo/persistentvolumeclaims/data-minio-0',
  ],
  [
    'a ServiceAccount',
    'ServiceAccountMissing',
    diagnoseWorkload('StatefulSet', lacking, [event('set-kafka', 'FailedCreate', refused)]),
    '/api/v1/namespaces/demo/serviceaccounts/kafka',
  ],
  [
    'a StorageClass',
    'ClaimPending',
    diagnoseClaim(claim(fast), [event('claim-1', 'ProvisioningFailed', noClass)]),
    '/apis/storage.k8s.io/v1/storageclasses/fast',
  ],
  ['a Secret', 'ConfigMissing', diagnosePod(unconfigured, []), '/api/v1/namespaces/demo/secrets/minio'],
];

it.each(cases)('%s', async (_, type, findings, path) => {
  let isThere = true;
  server = await startFakeApiServer((_request, response, url) => {
    if (url.pathname === path && isThere) answer(response, 200, {});
    else answer(response, 404, { kind: 'Status', reason: 'NotFound', code: 404 });
  });
  const look = () => lookFurther(server.rest, findings, AbortSignal.timeout(10_000));
  expect(findings.map(({ cause }) => cause.type)).toEqual([type]);
  expect(await look()).toEqual([]);
  isThere = false;
  expect((await look()).map(({ cause }) => cause.type)).toEqual([type]);
});

it('a default StorageClass', async () => {
  const findings = diagnoseClaim(claim(), [event('claim-1', 'FailedBinding', noDefault)]);
  let isDefault = 'true';
  server = await startFakeApiServer((_request, response) => {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': isDefault };
    answer(response, 200, { metadata: {}, items: [{ metadata: { name: 'local', annotations } }] });
  });
  const look = () => lookFurther(server.rest, findings, AbortSignal.timeout(10_000));
  expect(await look()).toEqual([]);
  // One that wants no class gets none, whatever the default is.
  const none = claim({ spec: { storageClassName: '' } });
  const wantsNone = diagnoseClaim(none, [event('claim-1', 'FailedBinding', noDefault)]);
  expect(wantsNone).toHaveLength(1);
  expect(await lookFurther(server.rest, wantsNone, AbortSignal.timeout(10_000))).toEqual(wantsNone);
  isDefault = 'false';
  expect((await look()).map(({ cause }) => cause.type)).toEqual(['ClaimPending']);
});

it('what may not be looked at is believed', async () => {
  server = await startFakeApiServer((_request, response) =>
    answer(response, 403, { kind: 'Status', reason: 'Forbidden', code: 403 }),
  );
  const findings = diagnosePod(unscheduled, []);
  expect(await lookFurther(server.rest, findings, AbortSignal.timeout(10_000))).toEqual(findings);
});

const quota =
  'pods "kafka-0" is forbidden: exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0';
const policy = 'pods "kafka-" is forbidden: violates PodSecurity "restricted:latest"';

/** A StatefulSet that was refused a pod because of a quota, and with what it makes its pods. */
function refusedByQuota(): Finding[] {
  const template = {
    metadata: { labels: { app: 'kafka' } },
    spec: { volumes: [{ name: 'tmp', emptyDir: {} }] },
  };
  const volumeClaimTemplates = [{ metadata: { name: 'data' } }];
  const set = statefulSet('kafka', {
    spec: { replicas: 1, template, volumeClaimTemplates },
    status: { replicas: 0 },
  });
  return diagnoseWorkload('StatefulSet', set, [event('set-kafka', 'FailedCreate', quota)]);
}

it.each<[string, number, string, readonly string[]]>([
  ['is taken by now', 201, '', []],
  ['is refused still', 403, quota, ['QuotaExceeded']],
  ['is refused for another reason by now', 403, policy, ['AdmissionDenied']],
  ['is invalid', 422, 'spec.volumes[0]: Invalid value', ['CreateFailed']],
  ['waits for a dead webhook', 500, 'failed calling webhook "x": connection refused', ['CreateFailed']],
  ['cannot be tried', 400, 'admission webhook "x" does not support dry run', ['QuotaExceeded']],
  [
    'may not be tried by us',
    403,
    'pods is forbidden: User "me" cannot create resource "pods"',
    ['QuotaExceeded'],
  ],
])('a pod that was refused, and %s', async (_, status, message, types) => {
  const bodies: unknown[] = [];
  server = await startFakeApiServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => bodies.push(JSON.parse(text)));
    request.on('end', () => answer(response, status, { message }));
  });
  const findings = refusedByQuota();
  expect(findings.map(({ cause }) => cause.type)).toEqual(['QuotaExceeded']);
  const found = await lookFurther(server.rest, findings, AbortSignal.timeout(10_000));
  expect(found.map(({ cause }) => cause.type)).toEqual(types);
  expect(server.requests).toEqual(['POST /api/v1/namespaces/demo/pods?dryRun=All']);
  expect(bodies).toMatchObject([
    {
      metadata: { generateName: 'kafka-', namespace: 'demo', labels: { app: 'kafka' } },
      spec: {
        volumes: [
          { name: 'tmp', emptyDir: {} },
          { name: 'data', persistentVolumeClaim: { claimName: 'data-kafka-0' } },
        ],
      },
    },
  ]);
});

it('a pod that cannot be tried because the API server is in trouble', async () => {
  server = await startFakeApiServer((_request, response) => {
    answer(response, 500, { message: 'etcdserver: leader changed' });
  });
  const look = lookFurther(server.rest, refusedByQuota(), AbortSignal.timeout(10_000));
  await expect(look).rejects.toThrow('leader changed');
});
