import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Holder } from '../../../src/activities/release-lock/holder.js';
import { HeldLease } from '../../../src/activities/release-lock/held-lease.js';
import { type Lease, microTime } from '../../../src/kubernetes/releases/leases.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../../kubernetes/fake-api-server.js';

const holder: Holder = { token: 'mine', workflowId: 'op', runId: 'run', helmDiesWithWorker: true };

function lease(version: string, token: string, holderIdentity = 'op'): Lease {
  const annotations = { 'bigdata.dev/holder': JSON.stringify({ ...holder, token }) };
  const spec = { holderIdentity, leaseDurationSeconds: 10, renewTime: microTime(Date.now()) };
  return { metadata: { name: 'bigdata-kafka', uid: 'u', resourceVersion: version, annotations }, spec };
}

let server: FakeApiServer;
/** What the server answers a renewal with, and what it says it has. */
let written: { status: number; body: unknown };
let stored: Lease;

beforeEach(async () => {
  written = { status: 200, body: lease('2', 'mine') };
  stored = lease('2', 'mine');
  server = await startFakeApiServer((request, response) => {
    if (request.method === 'PUT') answer(response, written.status, written.body);
    else answer(response, 200, stored);
  });
});

afterEach(async () => await server.close());

function hold(): HeldLease {
  return new HeldLease(server.rest, 'demo', lease('1', 'mine'), holder, performance.now());
}

const writes = () => server.requests.filter((line) => line.startsWith('PUT')).length;

describe('a held', () => {
  it('renews its lease and gives it back', async () => {
    const held = hold();
    await held.recordIntent('apply');
    await vi.waitUntil(() => writes() >= 2, { timeout: 5_000 });
    await held.end();
    expect(held.lost.aborted).toBe(false);
    expect(server.requests.at(-1)).toMatch(/^DELETE .*\/leases\/bigdata-kafka$/);
  });

  it('is lost within seven seconds when the API server is, well before others may take the lease', async () => {
    const began = performance.now();
    const held = hold();
    written = { status: 503, body: 'away' };
    await vi.waitUntil(() => held.lost.aborted, { timeout: 10_000 });
    expect(performance.now() - began).toBeGreaterThan(6_500);
    expect(held.lost.reason).toMatchObject({ type: 'LeaseLost', nonRetryable: false });
    expect(String(held.lost.reason)).toContain('could not be renewed for 7 s');
    await held.end();
    expect(server.requests.some((line) => line.startsWith('DELETE'))).toBe(false);
  });

  it('is lost at once when somebody else has the lease', async () => {
    const held = hold();
    written = { status: 409, body: 'changed' };
    stored = lease('7', 'theirs', 'another operation');
    await expect(held.recordIntent('apply')).rejects.toMatchObject({ type: 'LeaseLost' });
    expect(String(held.lost.reason)).toContain('another operation has taken it');
    await held.end();
  });

  it('goes on when somebody merely labelled the lease', async () => {
    const held = hold();
    written = { status: 409, body: 'changed' };
    stored = lease('7', 'mine');
    await held.recordIntent('apply');
    expect(held.lost.aborted).toBe(false);
    await held.end();
  });
});
