/** Whether a program's log tells that it gets on. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogProgress } from '../../../src/activities/ready/log-progress.js';
import { podWith } from '../../kubernetes/diagnose/objects.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../../kubernetes/fake-api-server.js';

let server: FakeApiServer;
let log: string;
let status: number;
let requests: string[];

beforeEach(async () => {
  log = '';
  status = 200;
  requests = [];
  server = await startFakeApiServer((_request, response, url) => {
    requests.push(url.pathname);
    if (status === 200) response.writeHead(200).end(log);
    else answer(response, status, { message: 'no' });
  });
});

afterEach(() => server.close());

const running = podWith({ state: { running: {} } });
const listen = () => new LogProgress(server.rest, new AbortController().signal);

it('hears lines of another kind, and not the same ones again', async () => {
  const logs = listen();
  log = '2026-11-29 03:17:25,799 INFO Opening segment 17\n';
  expect(await logs.advanced([running])).toBe(true);
  expect(await logs.advanced([running])).toBe(false);
  log += '2026-11-29 03:18:25,801 INFO Opening segment 18\n';
  expect(await logs.advanced([running])).toBe(false);
  log += '2026-11-29 03:18:29,801 INFO Elected a leader\n';
  expect(await logs.advanced([running])).toBe(true);
});

it('hears how far a program says it is, and not that it stands still', async () => {
  const logs = listen();
  log = 'INFO progress: 5 of 900 bytes; 3 partitions move\n';
  expect(await logs.advanced([running])).toBe(true);
  expect(await logs.advanced([running])).toBe(false);
  log += 'INFO progress: 5 of 910 bytes; 3 partitions move\n';
  expect(await logs.advanced([running])).toBe(false);
  log += 'INFO progress: 120 of 910 bytes; 3 partitions move\n';
  expect(await logs.advanced([running])).toBe(true);
  log += 'INFO progress: 80 of 910 bytes; 3 partitions move\n';
  expect(await logs.advanced([running])).toBe(false);
});

it('hears from each pod how far it is', async () => {
  const logs = listen();
  log = 'progress: 5 of 900\n';
  expect(await logs.advanced([running])).toBe(true);
  const metadata = { ...running.metadata, uid: 'another' };
  expect(await logs.advanced([{ ...running, metadata }])).toBe(true);
  expect(await logs.advanced([{ ...running, metadata }])).toBe(false);
});

it('asks nothing of a container that does not run', async () => {
  expect(await listen().advanced([podWith({ state: { waiting: { reason: 'CrashLoopBackOff' } } })])).toBe(
    false,
  );
  expect(requests).toEqual([]);
});

it.each([400, 404, 500])('takes a log that cannot be read (%i) for no news', async (code) => {
  status = code;
  expect(await listen().advanced([running])).toBe(false);
});

it('does not hide that it may not read logs', async () => {
  status = 403;
  await expect(listen().advanced([running])).rejects.toThrow('no');
});
