import { describe, expect, test } from 'vitest';
import { requestKey } from '../../../src/client/request.js';
import { verify } from '../../../src/cli/commands/verify.js';
import { ExitCode } from '../../../src/errors.js';
import { fakeClient } from '../fake-client.js';
import { fake, state } from '../fake-platform.js';
import { options, twoComponents } from './installed.js';

describe('verify', () => {
  test('runs on the running cluster', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'verify' }) });
    const { context, calls } = fake({ client, plan: twoComponents });
    const result = await verify(context, { ...options, disruptive: true });
    expect(started).toMatchObject([{ type: 'verifyStack', options: { args: [{ disruptive: true }] } }]);
    expect(calls).not.toContain('node.ensure');
    expect(result.exitCode).toBe(ExitCode.ok);
  });

  test("repairs a cluster of which something died, unless it is the user's", async () => {
    const { client } = fakeClient({ state: state({ operation: 'verify' }) });
    const local = fake({ client, broken: true });
    await verify(local.context, { ...options, disruptive: false });
    expect(local.calls).toContain('node.ensure');
    const own = fake({ client, broken: true });
    await verify(own.context, { ...options, context: 'mine', disruptive: false });
    expect(own.calls).not.toContain('node.ensure');
  });

  test('is refused while something else runs', async () => {
    const running = {
      type: 'uninstallStack',
      requestKey: 'uninstall y',
      startTime: new Date('2026-01-02T03:04:05Z'),
    };
    const { context } = fake({ client: fakeClient({ running }).client });
    await expect(verify(context, { ...options, disruptive: false })).rejects.toMatchObject({
      exitCode: ExitCode.busy,
      message: 'An operation is running already: uninstall, since 2026-01-02T03:04:05.000Z',
    });
  });

  test('is refused without a cluster', async () => {
    const { context } = fake({ running: false });
    await expect(verify(context, { ...options, disruptive: false })).rejects.toMatchObject({
      exitCode: ExitCode.environment,
    });
  });
});

test('the time of an operation is its own, also for who attaches to it', async () => {
  const input = { plan: twoComponents, disruptive: false };
  const running = {
    type: 'verifyStack',
    requestKey: requestKey({ operation: 'verify', input }),
    startTime: new Date(Date.now() - 60_000),
  };
  const { client } = fakeClient({ running, state: state({ operation: 'verify' }) });
  const { text } = await verify(fake({ plan: twoComponents, client }).context, {
    ...options,
    disruptive: false,
  });
  expect(text).toMatch(/every check passed \(1m/);
});

test('verify of a component asks for its checks alone', async () => {
  const { client, started } = fakeClient({ state: state({ operation: 'verify' }) });
  const { context } = fake({ plan: twoComponents, client });
  const { text } = await verify(context, { ...options, disruptive: false, only: ['minio'] });
  expect(started).toMatchObject([{ options: { args: [{ plan: { components: [{ name: 'minio' }] } }] } }]);
  expect(text).toContain('bigdata (minio) works');
});
