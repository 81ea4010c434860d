import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';

import { rotate } from '../../../src/cli/commands/rotate.js';
import { ExitCode } from '../../../src/errors.js';
import { fakeClient } from '../fake-client.js';
import { component, fake, type FakeOptions, plan, state } from '../fake-platform.js';

const options = { file: 'stack.yaml', component: 'minio', keepPrevious: false, yes: false };
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
const proven = state({
  components: [{ name: 'minio', phase: 'proven', unchanged: false, milliseconds: 1, checks: [] }],
});

/** A Secret, and what a recovery does to it after new credentials were added, or old ones removed, for the first time. */
function secretOf(
  first: Record<string, string> = { secretKey: 'old' },
  undo: 'added' | 'removed' | 'always' | undefined = undefined,
) {
  let now = first;
  let undone = undo;
  let number = 0;
  const isUndone = (step: 'added' | 'removed') => {
    if (undone === 'always') return true;
    if (undone !== step) return false;
    undone = undefined;
    return true;
  };
  return {
    read: () => now,
    add: () => {
      const secretKey = isUndone('added') ? now['secretKey'] : `new ${++number}`;
      now = { secretKey: secretKey ?? '', previousSecretKey: now['secretKey'] ?? '' };
    },
    removePrevious: () => {
      const { previousSecretKey: _, ...rest } = now;
      now = isUndone('removed') ? now : rest;
    },
  };
}

function scene(change: FakeOptions = {}) {
  const { client, started } = fakeClient({ state: proven });
  const credentials = secretOf();
  const faked = fake({
    plan: planned,
    client,
    proofs: new Map([['minio', proof]]),
    credentials,
    ...change,
  });
  return { ...faked, started, secret: change.credentials ?? credentials };
}

const credentials = (calls: readonly string[]) => calls.filter((each) => each.includes('credentials'));
const added = 'new credentials in data/minio';
const removed = 'no previous credentials in data/minio';

describe('rotate', () => {
  test('proves the stack, adds credentials, has all read them, and only then removes the old ones', async () => {
    const { context, calls, started, secret } = scene();
    const { exitCode, text } = await rotate(context, options);
    expect(exitCode).toBe(ExitCode.ok);
    expect(credentials(calls)).toEqual([added, removed]);
    expect(started).toHaveLength(3);
    expect(secret.read()).toEqual({ secretKey: 'new 1' });
    expect(text).toContain('The credentials of minio are new, and the old ones are no longer valid.');
  });

  test('goes on with a rotation that was begun, and says that it was that one', async () => {
    const begun = secretOf({ secretKey: 'new', previousSecretKey: 'old' });
    const { context, calls, started, secret } = scene({ credentials: begun });
    const { text } = await rotate(context, options);
    expect(credentials(calls)).toEqual([removed]);
    expect(started).toHaveLength(2);
    expect(secret.read()).toEqual({ secretKey: 'new' });
    expect(text).toContain('The rotation that was begun earlier is complete');
    expect(text).toContain('`bigdata rotate minio -f stack.yaml` replaces the present ones.');
  });

  test('keeps the old ones if that is wanted', async () => {
    const { context, calls } = scene();
    const { text } = await rotate(context, { ...options, keepPrevious: true });
    expect(credentials(calls)).toEqual([added]);
    expect(text).toContain(
      'The old credentials stay valid until you run `bigdata rotate minio -f stack.yaml`.',
    );
  });

  test.each(['added', 'removed'] as const)('begins anew when what was %s is set back', async (undo) => {
    const { context, secret } = scene({ credentials: secretOf({ secretKey: 'old' }, undo) });
    const { text } = await rotate(context, options);
    expect(Object.keys(secret.read())).toEqual(['secretKey']);
    expect(secret.read()['secretKey']).not.toBe('old');
    expect(text).toContain('The credentials of minio are new');
  });

  test('ends with a reason when it is set back again and again', async () => {
    const { context } = scene({ credentials: secretOf({ secretKey: 'old' }, 'always') });
    await expect(rotate(context, options)).rejects.toMatchObject({
      message: 'The credentials of minio are set back again and again',
      exitCode: ExitCode.failed,
    });
  });

  test('keeps the old ones while something has not read the new ones', async () => {
    const readersBehind = [
      { workload: 'StatefulSet/spark-worker', isKnown: true },
      { workload: 'Deployment/mine', isKnown: false },
    ];
    const { context, calls, started } = scene({ readersBehind });
    const { exitCode, text } = await rotate(context, options);
    expect(exitCode).toBe(ExitCode.failed);
    expect(credentials(calls)).toEqual([added]);
    expect(started).toHaveLength(3);
    expect(text).toContain('may not have read the new ones: StatefulSet/spark-worker, Deployment/mine.');
    expect(text).toContain('then run `bigdata rotate minio --yes -f stack.yaml`.');
  });

  test('does not wait for what nobody can know, if a person says so', async () => {
    const readersBehind = [{ workload: 'Deployment/mine', isKnown: false }];
    const { context, calls } = scene({ readersBehind });
    expect((await rotate(context, { ...options, yes: true })).exitCode).toBe(ExitCode.ok);
    expect(credentials(calls)).toEqual([added, removed]);
  });

  test.each([
    [secretOf(), [], 'The credentials of minio are as they were'],
    [
      secretOf({ secretKey: 'new', previousSecretKey: 'old' }),
      [],
      'The old credentials stay valid. `bigdata rotate minio --keep-previous -f stack.yaml` continues.',
    ],
  ])('changes nothing more if something failed', async (secret, changed, says) => {
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
    const { context, calls } = scene({ client, credentials: secret });
    const { exitCode, text } = await rotate(context, { ...options, keepPrevious: true });
    expect(exitCode).toBe(ExitCode.failed);
    expect(credentials(calls)).toEqual(changed);
    expect(text).toContain(says);
  });

  test.each([
    ['spark has no credentials that can be rotated', {}, 'spark'],
    [
      'minio uses a Secret that its chart did not generate',
      { proofs: new Map([['minio', { ...proof, objects: [] }]]) },
      'minio',
    ],
    ['The Secret of minio has no secretKey', { credentials: secretOf({ other: 'x' }) }, 'minio'],
  ])('%s: no credentials are changed', async (message, change, name) => {
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
