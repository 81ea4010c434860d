/** Whether a watch has caught up with what Helm has just applied. */
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import {
  appliedManifest,
  appliedWorkloads,
  hasCaughtUp,
} from '../../../src/kubernetes/releases/applied-workloads.js';
import type { NamespaceView } from '../../../src/kubernetes/diagnose/release.js';
import { statefulSet } from '../diagnose/objects.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../fake-api-server.js';

const manifest = `---
# Source: kafka/templates/service.yaml
apiVersion: v1
kind: Service
metadata: { name: kafka }
---
# Source: kafka/templates/statefulset.yaml
apiVersion: apps/v1
kind: "StatefulSet"
metadata:
  name: kafka
---
apiVersion: batch/v1
kind: Job
metadata: { name: gone }
`;

const release = Buffer.from(
  gzipSync(JSON.stringify({ name: 'kafka', version: 2, manifest })).toString('base64'),
);
const secret = { metadata: { name: 'kafka.v2' }, data: { release: release.toString('base64') } };

let server: FakeApiServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const viewOf = (resourceVersion?: string): NamespaceView => {
  const { metadata, ...set } = statefulSet('kafka');
  const seen = resourceVersion === undefined ? [] : [{ ...set, metadata: { ...metadata, resourceVersion } }];
  const workloads = { StatefulSet: seen, Deployment: [], DaemonSet: [], Job: [] };
  return { workloads, replicaSets: [], pods: [], claims: [], events: [] };
};

it('asks the server for the workloads of the newest revision, with a handful of requests', async () => {
  server = await startFakeApiServer((_request, response, { pathname }) => {
    const labels = { owner: 'helm', name: 'kafka', status: 'deployed', version: '2' };
    if (pathname.endsWith('/secrets'))
      answer(response, 200, { metadata: {}, items: [{ metadata: { name: 'kafka.v2', labels } }] });
    else if (pathname.endsWith('/secrets/kafka.v2')) answer(response, 200, secret);
    else if (pathname.endsWith('/statefulsets/kafka'))
      answer(response, 200, { metadata: { name: 'kafka', resourceVersion: '105' } });
    else answer(response, 404, { message: 'not found' });
  });
  const { signal } = new AbortController();
  const newest = await appliedManifest(server.rest, 'demo', 'kafka', signal);
  expect(await appliedWorkloads(server.rest, 'demo', newest, signal)).toEqual([
    { kind: 'StatefulSet', name: 'kafka', resourceVersion: '105' },
  ]);
  expect(server.requests).toHaveLength(4);
});

it.each([
  ['105', true],
  ['106', true],
  ['1000', true],
  ['104', false],
  ['99', false],
  [undefined, false],
])('a view with version %s of 105: %s', (seen, expected) => {
  const applied = [{ kind: 'StatefulSet', name: 'kafka', resourceVersion: '105' } as const];
  expect(hasCaughtUp(viewOf(seen), applied)).toBe(expected);
});
