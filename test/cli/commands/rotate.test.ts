import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';

import { rotate } from '../../../src/cli/commands/rotate.js';
import { ExitCode } from '../../../src/errors.js';
import { fakeClient } from '../fake-client.js';
import { component, fake, type FakeOptions, plan, state } from '../fake-platform.js';

const options = { file: 'stack.yaml', component: 'minio', keepPrevious: false };
const rotation = { secret: 'minio', keys: { secretKey: 'previousSecretKey' } };
const planned = plan(component('minio', { rotation }), component('spark', { needs: ['minio'] }));
const proof = {
  digest: 'sha256:minio',
  version: '1',
  provenAt: '2026-01-01T00:00:00.000Z',
  checks: [],
  revision: 1,
  objects: ['Secret/minio'],
};
const look = {
  ready: true,
  pods: '1/1 pods ready',
  objects: [],
  wanted: {},
  fields: {},
  hands: {},
  unseen: [],
  rotated: [],
};
const proven = state({
  components: [{ name: 'minio', phase: 'proven', unchanged: false, milliseconds: 1, checks: [] }],
});

function scene(change: FakeOptions = {}) {
  const { client, started } = fakeClient({ state: proven });
  return {
    ...fake({
      plan: planned,
      client,
      proofs: new Map([['minio', proof]]),
      looks: new Map([['spark', look]]),
      ...change,
    }),
    started,
  };
}

const credentials = (calls: readonly string[]) => calls.filter((each) => each.includes('credentials'));

describe('rotate', () => {
  test('adds credentials, has all read them, and only then removes the old ones', async () => {
    const { context, calls, started } = scene();
    const { exitCode, text } = await rotate(context, options);
    expect(exitCode).toBe(ExitCode.ok);
    expect(credentials(calls)).toEqual([
      'new credentials in data/minio',
      'no previous credentials in data/minio',
    ]);
    expect(started).toHaveLength(2);
    expect(text).toContain('The credentials of minio are new, and the old ones are no longer valid.');
  });

  test('keeps the old ones if that is wanted', async () => {
    const { context, calls } = scene();
    const { text } = await rotate(context, { ...options, keepPrevious: true });
    expect(credentials(calls)).toEqual(['new credentials in data/minio']);
    expect(text).toContain(
      'The old credentials stay valid until you run `bigdata rotate minio -f stack.yaml`.',
    );
  });

  test('keeps the old ones while something has not read the new ones', async () => {
    const { context, calls, started } = scene({
      looks: new Map([['spark', { ...look, rotated: ['minio'] }]]),
    });
    const { exitCode, text } = await rotate(context, options);
    expect(exitCode).toBe(ExitCode.failed);
    expect(credentials(calls)).toEqual(['new credentials in data/minio']);
    expect(started).toHaveLength(2);
    expect(text).toContain('for not all pods have read the new ones: spark.');
  });

  test('keeps the old ones if something failed', async () => {
    const details = [
      state({
        components: [{ name: 'minio', phase: 'failed', unchanged: false, milliseconds: 1, checks: [] }],
      }),
    ];
    const failure = ApplicationFailure.create({ type: 'StackFailed', message: 'failed', details });
    const { client } = fakeClient({
      state: proven,
      result: async () => {
        throw new WorkflowFailedError('failed', failure, 'NON_RETRYABLE_FAILURE');
      },
    });
    const { context, calls } = scene({ client });
    const { exitCode, text } = await rotate(context, options);
    expect(exitCode).toBe(ExitCode.failed);
    expect(credentials(calls)).toEqual(['new credentials in data/minio']);
    expect(text).toContain('The old credentials stay valid. `bigdata rotate minio -f stack.yaml` continues.');
  });

  test.each([
    ['spark has no credentials that can be rotated', {}, 'spark'],
    ['minio is not installed and proven', { proofs: new Map() }, 'minio'],
    [
      'minio uses a Secret that its chart did not generate',
      { proofs: new Map([['minio', { ...proof, objects: [] }]]) },
      'minio',
    ],
  ])('%s: nothing is touched', async (message, change, name) => {
    const { context, calls } = scene(change);
    await expect(rotate(context, { ...options, component: name })).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: ExitCode.usage,
    });
    expect(credentials(calls)).toEqual([]);
  });

  test('does not begin while an operation runs', async () => {
    const { client } = fakeClient({
      state: proven,
      running: { type: 'verifyStack', requestKey: 'k', startTime: new Date(0) },
    });
    const { context, calls } = scene({ client });
    await expect(rotate(context, options)).rejects.toMatchObject({ exitCode: ExitCode.busy });
    expect(credentials(calls)).toEqual([]);
  });
});
