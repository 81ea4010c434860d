import { describe, expect, test } from 'vitest';
import { StackFileError } from '../../../src/stack/files/document/issue.js';
import { uninstall } from '../../../src/cli/commands/uninstall.js';
import { ExitCode } from '../../../src/errors.js';
import { fakeClient } from '../fake-client.js';
import { component, fake, plan, state } from '../fake-platform.js';
import { options } from './installed.js';

describe('uninstall', () => {
  const removing = { ...options, deleteData: false, yes: false };

  test('keeps data without asking', async () => {
    const kept = {
      kind: 'PersistentVolumeClaim',
      name: 'data-kafka-0',
      namespace: 'data',
      why: 'kept' as const,
      detail: 'data',
    };
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall', left: [kept] }) });
    const result = await uninstall(fake({ client }).context, removing);
    expect(started).toMatchObject([{ type: 'uninstallStack', options: { args: [{ deleteData: false }] } }]);
    expect(result.exitCode).toBe(ExitCode.ok);
    expect(result.text).toContain('kept PersistentVolumeClaim data/data-kafka-0');
  });

  test('removes what the cluster remembers where a component cannot be loaded any more', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall' }) });
    const { context, lines } = fake({ client });
    const issue = { file: 'stack.yaml', message: 'there is no component kafka', hint: 'restore its folder' };
    const { stacks } = context.platform;
    const refuse = () => Promise.reject(new StackFileError([issue]));
    const broken = { ...context, platform: { ...context.platform, stacks: { ...stacks, plan: refuse } } };
    await uninstall(broken, removing);
    expect(started).toMatchObject([{ options: { args: [{ plan: { stack: 'bigdata', components: [] } }] } }]);
    expect(lines.join('\n')).toContain('all is removed that the cluster remembers of it');
    expect(lines.join('\n')).toContain('there is no component kafka');
  });

  test('fails if something is stuck', async () => {
    const stuck = { kind: 'Namespace', name: 'data', why: 'stuck' as const, detail: 'finalizer' };
    const { client } = fakeClient({ state: state({ operation: 'uninstall', left: [stuck] }) });
    const result = await uninstall(fake({ client }).context, removing);
    expect(result.exitCode).toBe(ExitCode.failed);
  });

  test.each([
    ['asks nobody without a terminal', false, false, 'usage'],
    ['takes no for an answer', true, false, 'usage'],
    ['takes yes for an answer', true, true, 'ok'],
  ])('with --delete-data %s', async (_, interactive, answer, end) => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall', left: [] }) });
    const { context } = fake({ client, interactive, answer });
    const result = uninstall(context, { ...removing, deleteData: true });
    if (end === 'ok') {
      await expect(result).resolves.toMatchObject({ exitCode: ExitCode.ok });
    } else {
      await expect(result).rejects.toMatchObject({
        exitCode: ExitCode.usage,
        unchanged: 'Nothing was deleted.',
      });
      expect(started).toEqual([]);
    }
  });
});

describe('uninstall of a component', () => {
  const chain = plan(
    component('volumes'),
    component('kafka', { needs: ['volumes'] }),
    component('nifi', { needs: ['kafka'] }),
  );
  const removing = { ...options, deleteData: false, yes: false, only: ['kafka'] };

  test('asks about what needs it, and leaves the rest, the namespace and the watch alone', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall' }) });
    const { context, calls } = fake({ plan: chain, client, interactive: true, answer: true });
    const { exitCode, text } = await uninstall(context, removing);
    expect(calls).toContain('confirm Remove kafka, and what needs it: nifi?');
    expect(started).toMatchObject([
      { options: { args: [{ part: true, plan: { components: [{ name: 'kafka' }, { name: 'nifi' }] } }] } },
    ]);
    expect(exitCode).toBe(ExitCode.ok);
    expect(text).toContain('removed from bigdata');
  });

  test('is refused without a yes; nothing else needs the last one', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall' }) });
    const { context } = fake({ plan: chain, client });
    await expect(uninstall(context, removing)).rejects.toMatchObject({
      message: 'Not confirmed: nifi would be removed, too',
      unchanged: 'Nothing was removed.',
    });
    expect(started).toEqual([]);
    await uninstall(context, { ...removing, only: ['nifi'] });
    expect(started).toHaveLength(1);
  });

  test('is refused where something installed needs it that the stack file no longer lists', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall' }) });
    const unlisted = [
      { release: 'livy', removal: { needs: ['nifi'], timeout: 1 } },
      { release: 'minio', removal: { needs: ['volumes'], timeout: 1 } },
      { release: 'unknown' },
    ];
    const { context } = fake({ plan: chain, client, unlisted });
    await expect(uninstall(context, { ...removing, only: ['nifi'] })).rejects.toMatchObject({
      message: expect.stringMatching(/^livy is installed but not listed/) as string,
      unchanged: 'Nothing was removed.',
      exitCode: ExitCode.usage,
    });
    expect(started).toEqual([]);
  });

  test('names the claims whose data is to be deleted', async () => {
    const { context, calls } = fake({ plan: chain, interactive: true });
    await expect(uninstall(context, { ...removing, only: [], deleteData: true })).rejects.toThrow(
      'Not confirmed',
    );
    expect(calls.find((call) => call.startsWith('confirm'))).toMatch(
      /^confirm {3}PersistentVolumeClaim data-kafka-0, 8Gi\nDelete all data of bigdata/,
    );
  });
});
