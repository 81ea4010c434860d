import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KubernetesError } from '../../../src/kubernetes/api/errors.js';
import { listAll } from '../../../src/kubernetes/api/list.js';
import { Observer } from '../../../src/kubernetes/api/watch.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../fake-api-server.js';

let server: FakeApiServer;
let observer: Observer<'pods'> | undefined;

afterEach(async () => {
  observer?.close();
  observer = undefined;
  await server.close();
});

const pod = (name: string, resourceVersion = '1') => ({
  metadata: { name, namespace: 'demo', resourceVersion },
});

/** A server whose lists and watches a test decides. */
class Pods {
  items = [pod('a')];
  listStatus = 200;
  watchStatus = 200;
  readonly watches: ServerResponse[] = [];

  async serve(): Promise<void> {
    server = await startFakeApiServer((_request, response, url) => {
      if (url.searchParams.get('watch') !== 'true') {
        answer(response, this.listStatus, { metadata: { resourceVersion: '7' }, items: this.items });
      } else if (this.watchStatus === 200) {
        response.writeHead(200);
        response.flushHeaders();
        this.watches.push(response);
      } else {
        answer(response, this.watchStatus, { message: 'no watch' });
      }
    });
  }

  async tell(type: string, object: object): Promise<void> {
    const watch = await vi.waitUntil(() => this.watches.at(-1), { timeout: 5_000 });
    watch.write(`${JSON.stringify({ type, object })}\n`);
  }
}

async function observe(pods: Pods, signal = new AbortController().signal): Promise<Observer<'pods'>> {
  await pods.serve();
  observer = await Observer.start(server.rest, { pods: { path: '/pods', labelSelector: 'a=b' } }, signal);
  return observer;
}

/** Waits until the observer's list has these names. */
async function untilNames(of: Observer<'pods'>, expected: string[]): Promise<void> {
  for (;;) {
    const { version } = of;
    const names = of.list('pods').map(({ metadata }) => metadata.name);
    if (names.join() === expected.join()) {
      return;
    }
    await of.changed(version, 10_000);
  }
}

describe('an observer', () => {
  it('has the list at once, and follows every change', async () => {
    const pods = new Pods();
    const own = await observe(pods);
    expect(own.list('pods')).toEqual(pods.items);
    await pods.tell('ADDED', pod('b'));
    await untilNames(own, ['a', 'b']);
    await pods.tell('MODIFIED', pod('a', '2'));
    await pods.tell('DELETED', pod('b'));
    await untilNames(own, ['a']);
    expect(own.list('pods')[0]?.metadata.resourceVersion).toBe('2');
    expect(server.requests).toContain(
      'GET /pods?labelSelector=a%3Db&watch=true&resourceVersion=7&timeoutSeconds=120',
    );
  });

  it('understands events however they are cut into pieces', async () => {
    const pods = new Pods();
    const own = await observe(pods);
    const watch = await vi.waitUntil(() => pods.watches[0], { timeout: 5_000 });
    const bytes = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: pod('größe') })}\n`);
    for (const byte of bytes) {
      watch.write(Buffer.of(byte));
    }
    await untilNames(own, ['a', 'größe']);
  });

  it('lists again when a watch ends, breaks, or is too old', async () => {
    const pods = new Pods();
    const own = await observe(pods);
    await vi.waitUntil(() => pods.watches.length === 1, { timeout: 5_000 });
    pods.items = [pod('b')];
    pods.watches[0]?.end();
    await untilNames(own, ['b']);
    await vi.waitUntil(() => pods.watches.length === 2, { timeout: 5_000 });
    pods.items = [pod('c')];
    pods.watches[1]?.destroy();
    await untilNames(own, ['c']);
    await vi.waitUntil(() => pods.watches.length === 3, { timeout: 5_000 });
    pods.items = [pod('d')];
    await pods.tell('ERROR', { code: 410 });
    await untilNames(own, ['d']);
  });

  it('fails if it cannot list any more', async () => {
    const pods = new Pods();
    const own = await observe(pods);
    await vi.waitUntil(() => pods.watches.length === 1, { timeout: 5_000 });
    pods.listStatus = 500;
    pods.watches[0]?.end();
    const error: unknown = await untilNames(own, ['never']).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KubernetesError);
  });

  it('fails if it may not watch', async () => {
    const pods = new Pods();
    pods.watchStatus = 403;
    const own = await observe(pods);
    await expect(untilNames(own, ['never'])).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('waits for a change no longer than told, and not at all for one that was missed', async () => {
    const pods = new Pods();
    const own = await observe(pods);
    const { version } = own;
    const started = Date.now();
    await own.changed(version, 100);
    expect(Date.now() - started).toBeGreaterThanOrEqual(90);
    await pods.tell('ADDED', pod('b'));
    await untilNames(own, ['a', 'b']);
    await own.changed(version, 600_000);
  });

  it('ends with the reason of its signal', async () => {
    const pods = new Pods();
    const stop = new AbortController();
    const own = await observe(pods, stop.signal);
    const reason = new Error('enough');
    const waiting = own.changed(own.version, Infinity);
    setTimeout(() => stop.abort(reason), 50);
    await expect(waiting).rejects.toBe(reason);
  });
});

it('lists page by page', async () => {
  server = await startFakeApiServer((_request, response, url) => {
    const next = url.searchParams.get('continue');
    answer(response, 200, {
      metadata: next === null ? { continue: 'more' } : {},
      items: [pod(next ?? 'first')],
    });
  });
  const { items } = await listAll(server.rest, { path: '/pods' });
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['first', 'more']);
});

const source = { pods: { path: '/pods' } };
const { signal } = new AbortController();

function startShared(): Promise<Observer<'pods'>> {
  return Observer.start(server.rest, source, signal, { shared: true });
}

describe('shared observers', () => {
  it('list and watch once for all, and each ends for itself', async () => {
    const pods = new Pods();
    await pods.serve();
    const [one, other] = await Promise.all([
      Observer.start(server.rest, source, signal, { shared: true }),
      Observer.start(server.rest, source, signal, { shared: true }),
    ]);
    await vi.waitUntil(() => pods.watches.length === 1, { timeout: 5_000 });
    one.close();
    await pods.tell('ADDED', pod('b'));
    await untilNames(other, ['a', 'b']);
    const third = await Observer.start(server.rest, source, signal, { shared: true });
    await untilNames(third, ['a', 'b']);
    expect(server.requests).toHaveLength(2);
    await expect(one.changed(one.version, 0)).rejects.toThrow('has ended');
    other.close();
    third.close();
  });

  it('start anew after a failure', async () => {
    const pods = new Pods();
    pods.listStatus = 500;
    await pods.serve();
    await expect(Promise.all([startShared(), startShared()])).rejects.toBeInstanceOf(KubernetesError);
    pods.listStatus = 200;
    const healed = await startShared();
    expect(healed.list('pods')).toHaveLength(1);
    await vi.waitUntil(() => pods.watches.length === 1, { timeout: 5_000 });
    pods.watchStatus = 403;
    pods.watches[0]?.end();
    await expect(untilNames(healed, ['never'])).rejects.toMatchObject({ kind: 'forbidden' });
    pods.watchStatus = 200;
    const again = await startShared();
    expect(again.list('pods')).toHaveLength(1);
    healed.close();
    again.close();
  });

  it('end with the reason of the signal of each', async () => {
    const pods = new Pods();
    await pods.serve();
    const stop = new AbortController();
    const own = await Observer.start(server.rest, source, stop.signal, { shared: true });
    const other = await Observer.start(server.rest, source, signal, { shared: true });
    const waiting = own.changed(own.version, Infinity);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await pods.tell('ADDED', pod('b'));
    await untilNames(other, ['a', 'b']);
    other.close();
    await expect(Observer.start(server.rest, source, stop.signal, { shared: true })).rejects.toThrow(
      'enough',
    );
  });
});
