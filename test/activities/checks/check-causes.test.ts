import { afterAll, beforeAll, expect, test } from 'vitest';

import { type CheckedPod, failedCause } from '../../../src/activities/checks/check-causes.js';
import type { Pod } from '../../../src/kubernetes/api/objects.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../../kubernetes/fake-api-server.js';

let server: FakeApiServer;
let run: CheckedPod;
let said = 'said this';

beforeAll(async () => {
  server = await startFakeApiServer((_, response, { pathname }) =>
    pathname.endsWith('/log')
      ? answer(response, 200, said)
      : answer(response, 200, { metadata: {}, items: [] }),
  );
  const check = { name: 'works', proves: 'rows are kept', pods: ['db-works'], disruptive: false };
  run = { rest: server.rest, namespace: 'data', check, signal: AbortSignal.timeout(60_000) };
});

afterAll(() => server.close());

function ended(terminated: { reason: string; exitCode: number; message?: string }): Pod {
  return {
    metadata: { name: 'db-works', namespace: 'data' },
    status: { phase: 'Failed', containerStatuses: [{ name: 'main', state: { terminated } }] },
  };
}

test('a check whose command is not there could not start', async () => {
  const message = 'exec: "no-such-command": executable file not found in $PATH';
  expect(await failedCause(run, ended({ reason: 'StartError', exitCode: 128, message }))).toEqual({
    type: 'ContainerStart',
    message: `the check works cannot start: ${message}`,
    where: 'Pod data/db-works',
    next: 'correct the command or the mounts of its pod in the chart',
  });
});

test('a check that takes too much memory says so', async () => {
  expect(await failedCause(run, ended({ reason: 'OOMKilled', exitCode: 137 }))).toMatchObject({
    type: 'OutOfMemory',
    message: "the check works took more memory than its pod's limit",
  });
});

test('a check that fails says how, and what it should show', async () => {
  expect(await failedCause(run, ended({ reason: 'Error', exitCode: 3 }))).toMatchObject({
    type: 'CheckFailed',
    message: 'the check works failed (exit 3): said this',
    next: 'read its log lines; it should show: rows are kept',
  });
});

test('a check that fails with an exception of several lines tells all of them', async () => {
  said = 'connected\nFAILED: Exception: no answer:\n\n  from db-0: refused\n  row 1 of table x';
  expect(await failedCause(run, ended({ reason: 'Error', exitCode: 1 }))).toMatchObject({
    message:
      'the check works failed (exit 1): FAILED: Exception: no answer: from db-0: refused row 1 of table x',
  });
  said = `FAILED: ${'x'.repeat(2_000)}\nend`;
  const { message } = await failedCause(run, ended({ reason: 'Error', exitCode: 1 }));
  expect(message.length).toBeLessThan(700);
});
