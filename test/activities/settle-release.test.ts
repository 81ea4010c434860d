/** A release that somebody without a lease is in the middle of. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveDependencies } from '../../src/activities/dependencies.js';
import { settleRelease } from '../../src/activities/release/recover-release.js';
import type { Helm } from '../../src/helm/helm.js';
import type { Release } from '../../src/kubernetes/releases/releases.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../kubernetes/fake-api-server.js';

const now = Date.now();
const minute = 60_000;

let server: FakeApiServer;
let status: string;
/** Minutes since Helm last wrote it. */
let age: number;
let watch: ServerResponse | undefined;
let told: (string | undefined)[];

beforeEach(async () => {
  watch = undefined;
  told = [];
  server = await startFakeApiServer((_request, response, url) => {
    if (url.searchParams.get('watch') === 'true') {
      response.writeHead(200);
      response.flushHeaders();
      watch = response;
    } else answer(response, 200, { metadata: { resourceVersion: '1' }, items: [secret()] });
  });
});

afterEach(() => server.close());

function secret(): object {
  const creationTimestamp = new Date(now - age * minute).toISOString();
  const modifiedAt = String(Math.floor((now - 60 * minute) / 1_000));
  const labels = { owner: 'helm', name: 'livy', version: '2', status, modifiedAt };
  return { metadata: { name: 'sh.helm.release.v1.livy.v2', namespace: 'demo', creationTimestamp, labels } };
}

function settle(): Promise<Release | undefined> {
  const kubernetes = { rest: server.rest, connection: { kubeconfig: '' }, uid: 'uid' };
  const dependencies = resolveDependencies({ helm: {} as Helm, kubernetes });
  const attempt = {
    signal: new AbortController().signal,
    previous: {},
    tell: ({ detail }: { detail?: string }) => void told.push(detail),
  };
  return settleRelease(dependencies, { namespace: 'demo', release: 'livy' }, { attempt });
}

describe('somebody’s `helm upgrade --wait`', () => {
  it('is waited for within Helm’s own time-outs, and said how long', async () => {
    status = 'pending-upgrade';
    age = 9.1;
    const settled = settle();
    await vi.waitUntil(() => watch !== undefined && told.length > 0, { timeout: 5_000 });
    expect(told[0]).toBe(
      'another Helm works on the release (pending-upgrade), started by hand or elsewhere; it is taken for dead when it writes nothing for 6 min more, or at once after `helm rollback livy`',
    );
    status = 'deployed';
    watch?.write(`${JSON.stringify({ type: 'MODIFIED', object: secret() })}\n`);
    expect(await settled).toMatchObject({ status: 'deployed', revision: 2 });
  });

  it('is taken for dead afterwards', async () => {
    status = 'pending-upgrade';
    age = 16;
    expect(await settle()).toMatchObject({ status: 'pending-upgrade' });
    expect(told).toEqual([]);
  });
});
