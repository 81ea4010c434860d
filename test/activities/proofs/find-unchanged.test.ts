/** One look at many components, on a server that says what is installed. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findUnchanged } from '../../../src/activities/proofs/find-unchanged.js';
import { resolveDependencies } from '../../../src/activities/dependencies.js';
import type { Helm } from '../../../src/helm/helm.js';
import type { Proof } from '../../../src/kubernetes/record/proofs.js';
import { digestLabel } from '../../../src/kubernetes/releases/releases.js';
import { bytesOf, maximumPieceBytes } from '../../../src/stack/operation/payloads.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../../kubernetes/fake-api-server.js';

const namespace = 'demo';
const digest = `sha256:${'a'.repeat(64)}`;

let server: FakeApiServer;
let proofs: Map<string, Proof>;
let services: readonly string[];

const proof: Proof = {
  digest,
  dependenciesDigest: 'g',
  version: '1',
  provenAt: '2026-01-01T00:00:00.000Z',
  checks: [{ name: 'works', proves: 'it works', facts: {}, milliseconds: 1 }],
  revision: 1,
  objects: [],
};

beforeEach(async () => {
  proofs = new Map();
  services = [];
  server = await startFakeApiServer((_request, response, { pathname }) => {
    const list = (items: readonly object[]) => answer(response, 200, { metadata: {}, items });
    if (pathname.endsWith('/bigdata-stack')) answer(response, 404, { message: 'not found' });
    else if (pathname.endsWith('/secrets')) list([...proofs.keys()].map(releaseSecret));
    else if (pathname === `/api/v1/namespaces/${namespace}/configmaps`) list([...proofs].map(record));
    else if (pathname.endsWith('/services')) list(services.map(service));
    else if (pathname === '/roles/forbidden') answer(response, 403, { message: 'forbidden' });
    else if (pathname === '/roles/gone') answer(response, 404, { message: 'not found' });
    else if (pathname.startsWith('/roles/'))
      answer(response, 200, clusterRole(pathname.slice('/roles/'.length)));
    else list([]);
  });
});

afterEach(() => server.close());

function releaseSecret(name: string): object {
  const labels = { owner: 'helm', name, status: 'deployed', version: '1', 'bigdata.dev/stack': 'demo' };
  return {
    metadata: { name: `${name}.v1`, labels: { ...labels, 'bigdata.dev/digest': digestLabel(digest) } },
  };
}

function record([component, content]: readonly [string, Proof]): object {
  const labels = { 'bigdata.dev/component': component };
  return { metadata: { name: component, labels }, data: { proof: JSON.stringify(content) } };
}

function service(name: string): object {
  return { metadata: { name, annotations: { 'meta.helm.sh/release-name': name } } };
}

function clusterRole(name: string): object {
  const annotations = {
    'meta.helm.sh/release-name': name,
    'meta.helm.sh/release-namespace': namespace,
  };
  return { metadata: { name, annotations } };
}

async function find(...names: string[]): Promise<string[]> {
  const kubernetes = { rest: server.rest, connection: { kubeconfig: '' }, uid: 'uid' };
  const dependencies = resolveDependencies({ helm: {} as Helm, kubernetes });
  const components = names.map((name) => ({
    component: name,
    release: name,
    digest,
    dependenciesDigest: 'g',
  }));
  const { signal } = new AbortController();
  const attempt = { signal, previous: {}, tell: () => {} };
  const found = await findUnchanged(dependencies, { stack: 'demo', namespace, components }, attempt);
  expect(bytesOf(found)).toBeLessThanOrEqual(maximumPieceBytes + 2);
  return found.map(({ component }) => component);
}

it('finds what is proven as planned and whole, and nothing else', async () => {
  proofs.set('whole', { ...proof, objects: ['Service/whole'] });
  proofs.set('gone', { ...proof, objects: ['Service/gone'] });
  proofs.set('changed', { ...proof, digest: 'sha256:other' });
  proofs.set('moved', { ...proof, dependenciesDigest: 'other' });
  proofs.set('marked', { ...proof, sentinelWritten: true });
  services = ['whole'];
  expect(await find('whole', 'gone', 'changed', 'moved', 'marked', 'absent')).toEqual(['whole']);
});

const having = (path: string, fields?: string) => ({
  others: { 'ClusterRole/x': { path, ...(fields && { fields }) } },
});

it('asks for objects that a namespace’s lists do not hold one by one', async () => {
  proofs.set('same', { ...proof, ...having('/roles/same') });
  proofs.set('gone', { ...proof, ...having('/roles/gone') });
  proofs.set('taken', { ...proof, ...having('/roles/of-another') });
  proofs.set('changed', { ...proof, ...having('/roles/changed', 'other') });
  proofs.set('unseen', { ...proof, ...having('/roles/forbidden', 'other') });
  expect(await find('same', 'gone', 'taken', 'changed', 'unseen')).toEqual(['same', 'unseen']);
});

it('asks the server as often for a hundred components as for one', async () => {
  proofs.set('c-0', proof);
  await find('c-0');
  const few = server.requests.length;
  for (let index = 1; index < 100; index++) proofs.set(`c-${index}`, proof);
  expect(await find(...proofs.keys())).toHaveLength(100);
  expect(server.requests.length).toBe(2 * few);
});

it('tells no more than fits into a payload', async () => {
  const checks = [{ name: 'works', proves: 'it works', facts: { text: 'x'.repeat(4_000) }, milliseconds: 1 }];
  for (let index = 0; index < 40; index++) proofs.set(`c-${index}`, { ...proof, checks });
  const found = await find(...proofs.keys());
  expect(found.length).toBeGreaterThan(10);
  expect(found.length).toBeLessThan(16);
});

it('looks at nothing where nothing was proven', async () => {
  expect(await find('a', 'b')).toEqual([]);
  expect(server.requests.some((each) => each.includes('/deployments'))).toBe(false);
});
