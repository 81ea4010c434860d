import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { attempt } from '../../src/activities/attempt.js';
import type { Heartbeat } from '../../src/activities/contract.js';
import type { ResolvedDependencies } from '../../src/activities/dependencies.js';
import { Door } from '../../src/activities/door.js';
import { retryable, nonRetryable } from '../../src/activities/failures.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../kubernetes/fake-api-server.js';

const password = 'correct horse battery';
const told = '[secret db/password]';

let server: FakeApiServer;
let status = 200;
let looks = 0;
let now = 0;

beforeAll(async () => {
  server = await startFakeApiServer((_, response) => {
    looks += 1;
    const data = { password: Buffer.from(password).toString('base64') };
    answer(response, status, { metadata: {}, items: [{ metadata: { name: 'db' }, data }] });
  });
});

afterAll(() => server.close());

beforeEach(() => {
  status = 200;
  looks = 0;
  now += 60_000;
});

function door(namespace = 'data'): Door {
  const secrets = [{ secret: 'kubeconfig', key: 'token', bytes: Buffer.from('abc.def.ghi') }];
  const dependencies = { kubernetes: { rest: server.rest }, secrets, ticks: () => now };
  return new Door(dependencies as unknown as ResolvedDependencies, namespace);
}

test('a result goes without secrets, its names as they are', async () => {
  const result = {
    name: 'correct-horse',
    facts: { said: `tried ${password}`, xml: 'correct&#32;horse&#x20;battery', bearer: 'abc.def.ghi' },
    revision: 3,
  };
  expect(await door().result(result)).toEqual({
    name: 'correct-horse',
    facts: { said: `tried ${told}`, xml: told, bearer: '[secret kubeconfig/token]' },
    revision: 3,
  });
});

test('what holds nothing but names asks for no Secret', async () => {
  const result = { name: 'a-long-name', state: 'dependencies-changed', count: 3 };
  expect(await door().result(result)).toBe(result);
  expect(await door().result(undefined)).toBeUndefined();
  expect(looks).toBe(0);
});

test.each([nonRetryable, retryable])('a failure goes without secrets, whatever else it is', async (made) => {
  const cause = {
    type: 'HelmFailed' as const,
    message: `cannot log in: ${password}`,
    where: 'Pod data/web-0',
    details: ['first', `last ${encodeURIComponent(password)}`],
    next: 'read its log',
  };
  const before = made(cause);
  const failure = (await door().failure(before)) as ApplicationFailure;
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({
    type: 'HelmFailed',
    nonRetryable: before.nonRetryable,
    message: `Pod data/web-0: cannot log in: ${told}`,
    details: [{ ...cause, message: `cannot log in: ${told}`, details: ['first', `last ${told}`] }],
  });
  expect(`${failure.stack} ${JSON.stringify(failure)}`).not.toContain('correct');
});

test('a cancellation stays what it is', async () => {
  const cancelled = new CancelledFailure('cancelled');
  expect(await door().failure(cancelled)).toBe(cancelled);
});

async function said(namespace: string, text: string): Promise<{ said: string }> {
  return await new MockActivityEnvironment().run(() => door(namespace).result({ said: text }));
}

test('where Secrets cannot be read any more, those that were known count', async () => {
  await said('gone', `tried ${password}`);
  status = 503;
  expect(await said('gone', `tried ${password}`)).toEqual({ said: `tried ${told}` });
  expect(await said('never-seen', 'password=abcdef')).toEqual({ said: 'password=…' });
}, 60_000);

test('heartbeats go in order and without secrets, by what is known for a while', async () => {
  const environment = new MockActivityEnvironment();
  const heard: Heartbeat[] = [];
  environment.on('heartbeat', (heartbeat: Heartbeat) => heard.push(heartbeat));
  await environment.run(() =>
    attempt({ where: 'release data/db', door: door() }, async ({ tell }) => {
      tell({ detail: `one ${password}` });
      await new Promise((resolve) => setImmediate(resolve));
      tell({ detail: `two ${password}`, removing: true });
      tell({ detail: `three ${password}`, removing: true });
    }),
  );
  expect(heard.at(-1)).toEqual({ detail: `three ${told}`, removing: true });
  expect(JSON.stringify(heard)).not.toContain('correct');
  expect(looks).toBe(1);
});
