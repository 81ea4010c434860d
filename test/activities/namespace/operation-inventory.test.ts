/** How often everything is looked through. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { operationInventory } from '../../../src/activities/namespace/operation-inventory.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../../kubernetes/fake-api-server.js';

let server: FakeApiServer;
let status: number;

beforeEach(async () => {
  status = 200;
  server = await startFakeApiServer((_request, response, { pathname }) => {
    if (status !== 200) answer(response, status, { message: 'no' });
    else if (pathname === '/apis') answer(response, 200, { groups: [] });
    else if (pathname === '/api/v1') answer(response, 200, { resources: [] });
    else answer(response, 200, { metadata: {}, items: [] });
  });
});

afterEach(() => server.close());

const { signal } = new AbortController();
const look = (operation?: string) => operationInventory(server.rest, 'demo', operation, signal);
const looks = () => server.requests.filter((each) => each === 'GET /apis').length;

it('is once an operation, for as many components as it has', async () => {
  await Promise.all(Array.from({ length: 50 }, () => look('run-1')));
  await look('run-1');
  expect(looks()).toBe(1);
  await look('run-2');
  expect(looks()).toBe(2);
});

it('is anew each time outside of operations, but once for all who ask at the same time', async () => {
  await look();
  await look();
  expect(looks()).toBe(2);
  await Promise.all(Array.from({ length: 50 }, () => look()));
  expect(looks()).toBe(4);
});

it('is tried again after a failure', async () => {
  status = 500;
  await expect(look('run-1')).rejects.toThrow('no');
  status = 200;
  await look('run-1');
});

it('goes on for the others when one of them is cancelled', async () => {
  const cancelled = new AbortController();
  const first = operationInventory(server.rest, 'demo', 'run-1', cancelled.signal);
  const second = look('run-1');
  cancelled.abort(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
  await second;
  expect(looks()).toBe(1);
});
