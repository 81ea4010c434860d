/** The end of a release's objects, by watches that may lag behind. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resolveDependencies } from '../../../src/activities/dependencies.js';
import { waitUntilGone } from '../../../src/activities/release/wait-until-gone.js';
import type { Helm } from '../../../src/helm/helm.js';
import type { FoundObject } from '../../../src/kubernetes/releases/inventory.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../../kubernetes/fake-api-server.js';

const resource = { kind: 'Pod', plural: 'pods', base: '/api/v1', namespaced: true };
const pod = (name: string, uid = name): FoundObject => ({
  resource,
  metadata: { name, namespace: 'demo', uid },
});

let server: FakeApiServer;
/** What a list shows. */
let listed: FoundObject[];
/** What is there. */
let there: FoundObject[];
let watches: ServerResponse[];

beforeEach(async () => {
  listed = [];
  there = [];
  watches = [];
  server = await startFakeApiServer((_request, response, url) => {
    const name = url.pathname.split('/pods/')[1];
    const found = there.find(({ metadata }) => metadata.name === name);
    if (url.searchParams.get('watch') === 'true') {
      response.writeHead(200);
      response.flushHeaders();
      watches.push(response);
    } else if (name === undefined) {
      answer(response, 200, { metadata: { resourceVersion: '1' }, items: listed });
    } else if (found) answer(response, 200, found);
    else answer(response, 404, { message: 'not found' });
  });
});

afterEach(() => server.close());

function wait(objects: readonly FoundObject[], timeout = 60_000): Promise<void> {
  const kubernetes = { rest: server.rest, connection: { kubeconfig: '' }, uid: 'uid' };
  const dependencies = resolveDependencies({ helm: {} as Helm, kubernetes });
  const { signal } = new AbortController();
  return waitUntilGone(dependencies, objects, { signal, tell: () => {}, timeout });
}

/** How often the server was asked for one object. */
function asked(): number {
  return server.requests.filter((each) => each.endsWith('/pods/young')).length;
}

async function tellGone(object: FoundObject): Promise<void> {
  const watch = await vi.waitUntil(() => watches.at(-1), { timeout: 5_000 });
  watch.write(`${JSON.stringify({ type: 'DELETED', object })}\n`);
}

it('believes a watch that has shown an object and shows it no more', async () => {
  listed = [pod('a')];
  const waiting = wait([pod('a')]);
  await tellGone(pod('a'));
  await waiting;
  expect(server.requests.filter((each) => each.includes('/pods/'))).toEqual([]);
});

it('asks the server for what the watch has never shown', async () => {
  there = [pod('young')];
  let isGone = false;
  const waiting = wait([pod('young'), pod('replaced')]).then(() => (isGone = true));
  await vi.waitUntil(() => server.requests.some((each) => each.endsWith('/pods/young')), { timeout: 5_000 });
  there = [pod('young'), pod('replaced', 'another')];
  const before = asked();
  await vi.waitUntil(() => asked() > before, { timeout: 5_000 });
  expect(isGone).toBe(false);
  there = [pod('replaced', 'another')];
  await waiting;
});

it('names what stays when nothing vanishes any more', async () => {
  listed = [pod('a'), pod('b')];
  await expect(wait([pod('a'), pod('b')], 100)).rejects.toThrow('still there after 0 s (2 in all)');
});

it('watches once for all removals at the same time', async () => {
  const all = Array.from({ length: 30 }, (_, index) => pod(`p-${index}`));
  listed = all;
  const waiting = Promise.all(all.map((each) => wait([each])));
  await vi.waitUntil(() => watches.length > 0, { timeout: 5_000 });
  for (const each of all) await tellGone(each);
  await waiting;
  expect(server.requests).toHaveLength(2);
});
