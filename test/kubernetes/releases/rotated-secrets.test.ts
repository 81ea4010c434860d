import { afterEach, beforeEach, expect, it } from 'vitest';
import { findReadersBehind } from '../../../src/kubernetes/releases/rotated-secrets.js';
import { readNow, secretsReadAnnotation } from '../../../src/kubernetes/secrets/secrets-read.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../fake-api-server.js';

const metadata = {
  name: 'store',
  uid: 'u-1',
  resourceVersion: '7',
  creationTimestamp: '2026-01-01T09:00:00Z',
  managedFields: [{ manager: 'bigdata-rotate', time: '2026-01-01T10:00:00Z' }],
};
const secret = { metadata, data: { key: 'bmV3' } };
const before = '2026-01-01T09:59:00Z';
const after = '2026-01-01T10:00:00Z';
const spec = {
  containers: [{ name: 'c', env: [{ valueFrom: { secretKeyRef: { name: 'store', key: 'key' } } }] }],
};
const reference = { secret: 'store', keys: ['key'], optional: false };

let server: FakeApiServer;
let lists: Record<string, object[]>;

beforeEach(async () => {
  lists = {};
  server = await startFakeApiServer((_request, response, url) => {
    const kind = url.pathname.split('/').at(-1) ?? '';
    if (url.pathname.endsWith('/secrets/store')) answer(response, 200, secret);
    else answer(response, 200, { metadata: { resourceVersion: '1' }, items: lists[kind] ?? [] });
  });
});

afterEach(() => server.close());

function pod(
  name: string,
  creationTimestamp: string,
  owner?: { kind: string; name: string },
  phase = 'Running',
) {
  const ownerReferences = owner ? [{ ...owner, uid: 'o', controller: true }] : [];
  return { metadata: { name, creationTimestamp, ownerReferences }, spec, status: { phase } };
}

async function workload(name: string, isBehind: boolean) {
  const read = await readNow(
    isBehind ? { ...secret, metadata: { ...metadata, uid: 'u-0' } } : secret,
    reference,
  );
  const annotations = { [secretsReadAnnotation]: JSON.stringify({ store: { ...read, version: '1' } }) };
  return { metadata: { name, creationTimestamp: before, annotations }, spec: { template: { spec } } };
}

it('are workloads of which it is known, by name', async () => {
  lists['statefulsets'] = [await workload('whole', false), await workload('late', true)];
  lists['pods'] = [pod('late-0', before, { kind: 'StatefulSet', name: 'late' })];
  expect(await findReadersBehind(server.rest, 'demo', 'store')).toEqual([
    { reader: 'StatefulSet/late', isKnown: true },
  ]);
});

it('are running pods of others that started before the Secret was written, whatever they belong to', async () => {
  lists['deployments'] = [await workload('whole', false)];
  lists['pods'] = [
    pod('whole-5f7-abc', before, { kind: 'ReplicaSet', name: 'whole-5f7' }),
    pod('bare', before),
    pod('restarted', after),
    pod('mine-5f7-abc', before, { kind: 'ReplicaSet', name: 'mine-5f7' }),
    pod('migration-x', before, { kind: 'Job', name: 'migration' }),
    pod('ended', before, undefined, 'Succeeded'),
  ];
  expect(await findReadersBehind(server.rest, 'demo', 'store')).toEqual(
    ['bare', 'mine-5f7-abc', 'migration-x'].map((name) => ({ reader: `Pod/${name}`, isKnown: false })),
  );
});
