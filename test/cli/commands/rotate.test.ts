import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';

import { rotate } from '../../../src/cli/commands/rotate.js';
import { ExitCode } from '../../../src/errors.js';
import { digestLabel } from '../../../src/kubernetes/releases/releases.js';
import { fakeClient } from '../fake-client.js';
import { component, fake, type FakeOptions, plan, state } from '../fake-platform.js';

const options = { file: 'stack.yaml', component: 'minio', keepPrevious: false, yes: false };
const rotation = { secret: 'minio', keys: { secretKey: 'previousSecretKey' } };
const planned = plan(component('minio', { rotation }), component('spark', { needs: ['minio'] }));
const proofOf = (name: string, objects: readonly string[] = []) => ({
  digest: `sha256:${name}`,
  version: '1',
  provenAt: '2026-01-01T00:00:00.000Z',
  checks: [{ name: 'c', proves: 'works', facts: {}, milliseconds: 1 }],
  revision: 1,
  objects,
});
const releaseOf = (name: string, digest = name) => ({
  name,
  stack: 'bigdata',
  digest: digestLabel(`sha256:${digest}`),
  revision: 1,
  status: 'deployed',
  secret: 's',
  touched: 0,
});
const proofs = new Map([
  ['minio', proofOf('minio', ['Secret/minio'])],
  ['spark', proofOf('spark')],
]);
const releases = new Map([
  ['minio', releaseOf('minio')],
  ['spark', releaseOf('spark')],
]);
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
    proofs,
    releases,
    credentials,
    ...change,
  });
  return { ...faked, started, secret: change.credentials ?? credentials };
}

const credentials = (calls: readonly string[]) => calls.filter((each) => each.includes('credentials'));
const added = 'new credentials in data/minio';
const removed = 'no previous credentials in data/minio';

describe('rotate', () => {
  test('adds credentials, has all read them, and only then removes the old ones', async () => {
    const { context, calls, started, secret } = scene();
    const { exitCode, text } = await rotate(context, options);
    expect(exitCode).toBe(ExitCode.ok);
    expect(credentials(calls)).toEqual([added, removed]);
    expect(started).toHaveLength(2);
    // What is not installed stays so, and what the stack file no longer lists stays.
    expect(started[0]?.options).toMatchObject({ args: [{ unlisted: 'keep' }] });
    expect(secret.read()).toEqual({ secretKey: 'new 1' });
    expect(text).toContain('The credentials of minio are new, and the old ones are no longer valid.');
  });

  test.each([proofs, new Map()])(
    'goes on with one that was begun, also unproven, and says so',
    async (known) => {
      const begun = secretOf({ secretKey: 'new', previousSecretKey: 'old' });
      const { context, calls, started, secret } = scene({ credentials: begun, proofs: known });
      const { text } = await rotate(context, options);
      expect(credentials(calls)).toEqual([removed]);
      expect(started).toHaveLength(2);
      expect(secret.read()).toEqual({ secretKey: 'new' });
      expect(text).toContain('The rotation that was begun earlier is complete');
      expect(text).toContain('`bigdata rotate minio -f stack.yaml` replaces the present ones.');
    },
  );

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
      { reader: 'StatefulSet/spark-worker', isKnown: true },
      { reader: 'Pod/mine', isKnown: false },
    ];
    const { context, calls, started } = scene({ readersBehind });
    const { exitCode, text } = await rotate(context, options);
    expect(exitCode).toBe(ExitCode.failed);
    expect(credentials(calls)).toEqual([added]);
    expect(started).toHaveLength(2);
    expect(text).toContain('started before there were new ones: StatefulSet/spark-worker, Pod/mine.');
    expect(text).toContain('then run `bigdata rotate minio -f stack.yaml`, or with `--yes`');
  });

  test('does not wait for what nobody can know, if a person says so', async () => {
    const readersBehind = [{ reader: 'Pod/mine', isKnown: false }];
    const { context, calls } = scene({ readersBehind });
    expect((await rotate(context, { ...options, yes: true })).exitCode).toBe(ExitCode.ok);
    expect(credentials(calls)).toEqual([added, removed]);
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
    const { exitCode, text } = await rotate(context, { ...options, keepPrevious: true });
    expect(exitCode).toBe(ExitCode.failed);
    expect(credentials(calls)).toEqual([added]);
    expect(text).toContain(
      'The old credentials stay valid. `bigdata rotate minio --keep-previous -f stack.yaml` continues.',
    );
  });

  test('does not begin anew when somebody else came to the end of it', async () => {
    const begun = secretOf({ secretKey: 'new', previousSecretKey: 'old' });
    const { client } = fakeClient({
      state: proven,
      result: async () => {
        begun.removePrevious();
        return proven;
      },
    });
    const { context, calls, secret } = scene({ client, credentials: begun });
    const { text } = await rotate(context, options);
    expect(credentials(calls)).toEqual([]);
    expect(secret.read()).toEqual({ secretKey: 'new' });
    expect(text).toContain('The rotation that was begun earlier is complete');
  });

  test('tells whoever interrupts it how it continues', async () => {
    const { context, interruptions } = scene();
    await rotate(context, options);
    expect(interruptions.length).toBeGreaterThan(2);
    for (const interruption of interruptions)
      expect(interruption?.text ?? '').toMatch(
        /^$|The rotation is not complete: `bigdata rotate minio -f stack.yaml` continues.\n$/,
      );
  });

  test.each([
    ['spark has no credentials that can be rotated', {}, 'spark'],
    [
      'minio uses a Secret that its chart did not generate',
      { proofs: new Map([...proofs, ['minio', proofOf('minio')]]) },
      'minio',
    ],
    ['minio is not installed', { releases: new Map([['spark', releaseOf('spark')]]) }, 'minio'],
    [
      'spark is changed, and credentials are only replaced where everything is proven',
      {
        releases: new Map([...releases, ['spark', releaseOf('spark', 'old')]]),
        proofs: new Map([...proofs, ['spark', proofOf('old')]]),
      },
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
