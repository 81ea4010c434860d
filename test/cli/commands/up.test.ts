import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';

import { up } from '../../../src/cli/commands/up.js';
import { ExitCode, UserError } from '../../../src/errors.js';
import type { ComponentState } from '../../../src/stack/operation/operation-types.js';
import { fakeClient } from '../fake-client.js';
import { component, fake, plan, state, upOptions } from '../fake-platform.js';

const options = upOptions;
const kafka = component('kafka', {
  endpoints: [
    { name: 'bootstrap', service: 'kafka', port: 9092, protocol: 'kafka', usage: 'bootstrap servers' },
    { name: 'ui', service: 'kafka-ui', port: 80, protocol: 'http', path: '/topics' },
  ],
});

function proven(rest: Partial<ComponentState> = {}): ComponentState {
  return {
    name: 'kafka',
    phase: 'proven',
    unchanged: false,
    milliseconds: 12_345,
    checks: [
      {
        name: 'replication',
        proves: 'a topic is replicated',
        facts: { replicas: 3, nonce: 'n1' },
        milliseconds: 1,
      },
    ],
    ...rest,
  };
}

describe('up', () => {
  test('brings up everything that the local cluster needs, then installs', async () => {
    const { client, started } = fakeClient({ state: state({ components: [proven()] }) });
    const { context, calls } = fake({ client, plan: plan(kafka), services: { kafka: '10.0.0.7' } });
    const result = await up(context, options);

    expect(calls[0]).toBe('plan stack.yaml local');
    expect(calls).toContain('node.loadImages 1');
    expect(calls.indexOf('machine.ensure')).toBeLessThan(calls.indexOf('node.ensure'));
    expect(calls.indexOf('images.build')).toBeLessThan(calls.indexOf('node.loadImages 1'));
    expect(calls.indexOf('clusters.open bigdata-1')).toBeLessThan(calls.indexOf('workers.ensure bigdata-1'));
    expect(calls.at(-1)).toBe('temporal.close');
    expect(started).toMatchObject([
      {
        type: 'installStack',
        options: { workflowId: 'bigdata:8f14e45f:data', taskQueue: 'bigdata-8f14e45f' },
      },
    ]);
    expect(result.exitCode).toBe(ExitCode.ok);
    expect(result.text).toContain('a topic is replicated (replicas 3, nonce n1)');
    expect(result.text).toContain('12.3s');
    expect(result.text).toContain('10.0.0.7:9092');
    expect(result.text).toContain('bigdata is installed and proven');
  });

  test('says when nothing was changed', async () => {
    const { client } = fakeClient({ state: state({ components: [proven({ unchanged: true })] }) });
    const result = await up(fake({ client, plan: plan(kafka) }).context, options);
    expect(result.text).toContain('nothing was changed');
    expect(result.document).toMatchObject({ unchanged: true });
  });

  test('says before it begins what it removes in the end, and says then that it did', async () => {
    const livy = proven({ name: 'livy', phase: 'removed', checks: [], detail: 'data kept in 2 claims' });
    const { client, started } = fakeClient({ state: state({ components: [proven(), livy] }) });
    const unlisted = [{ release: 'livy' }, { release: 'spark' }];
    const { context, lines } = fake({ client, plan: plan(kafka), unlisted });
    const result = await up(context, options);
    const told = lines.findIndex((line) => line.includes('its data is kept: livy, spark'));
    expect(told).toBeGreaterThan(-1);
    expect(told).toBeLessThan(lines.findIndex((line) => line.includes('Installing bigdata')));
    expect(started).toMatchObject([{ options: { args: [{ unlisted: 'remove' }] } }]);
    expect(result.text).toMatch(/livy +removed +12\.3s +data kept in 2 claims/);
    expect(result.text).toContain('removed, as the stack file no longer lists it: livy (');
  });

  test('keeps what the stack file no longer lists if told so', async () => {
    const { client, started } = fakeClient({ state: state({ components: [proven()] }) });
    const { context, lines } = fake({ client, plan: plan(kafka), unlisted: [{ release: 'livy' }] });
    await up(context, { ...options, unlisted: 'keep' });
    expect(lines.join('\n')).toContain('--unlisted keep leaves alone: livy');
    expect(started).toMatchObject([{ options: { args: [{ unlisted: 'keep' }] } }]);
  });

  test('refuses the namespace of another stack before anything is installed', async () => {
    const { client, started } = fakeClient({ state: state({ components: [proven()] }) });
    const { context } = fake({ client, plan: plan(kafka), stackOf: 'other' });
    await expect(up(context, options)).rejects.toMatchObject({ exitCode: ExitCode.usage });
    expect(started).toEqual([]);
  });

  test('on a given cluster starts no cluster, builds no image and forwards ports', async () => {
    const { client } = fakeClient({ state: state({ components: [proven()] }) });
    const { context, calls } = fake({
      client,
      plan: plan(kafka),
      services: { kafka: '10.0.0.7', 'kafka-ui': 'None' },
    });
    const result = await up(context, { ...options, context: 'production' });

    expect(calls[0]).toBe('plan stack.yaml cluster');
    expect(calls).not.toContain('machine.ensure');
    expect(calls).not.toContain('images.build');
    expect(calls).toContain('workers.ensure production');
    expect(result.text).toContain(
      'kubectl --context production --namespace data port-forward service/kafka 9092',
    );
    expect(result.text).toContain('http://kafka-ui.data.svc:80/topics');
  });

  test('shows causes and fails when a component failed', async () => {
    const failed = proven({
      phase: 'failed',
      checks: [],
      cause: {
        type: 'ImagePull',
        message: 'the image cannot be pulled',
        where: 'Pod data/kafka-0',
        details: ['not found'],
        next: 'push it',
      },
    });
    const final = state({ components: [failed] });
    const failure = ApplicationFailure.create({ type: 'StackFailed', message: 'failed', details: [final] });
    const result = await up(
      fake({
        plan: plan(kafka),
        client: fakeClient({
          state: final,
          result: async () => {
            throw new WorkflowFailedError('failed', failure, 'NON_RETRYABLE_FAILURE');
          },
        }).client,
      }).context,
      options,
    );
    expect(result.exitCode).toBe(ExitCode.failed);
    for (const part of [
      'the image cannot be pulled',
      'Pod data/kafka-0',
      'not found',
      'Push it.',
      'is not complete',
    ]) {
      expect(result.text).toContain(part);
    }
  });

  test('tells what was rolled back, to what and why, and fails', async () => {
    const rolledBack = proven({
      phase: 'rolled-back',
      cause: { type: 'CheckFailed', message: 'the new one loses records' },
      detail: 'what was proven before is installed and proven again (version 3.8, revision 5)',
      notes: ['a note'],
    });
    const final = state({ components: [rolledBack] });
    const failure = ApplicationFailure.create({ type: 'StackFailed', message: 'failed', details: [final] });
    const { client, started } = fakeClient({
      state: final,
      result: async () => {
        throw new WorkflowFailedError('failed', failure, 'NON_RETRYABLE_FAILURE');
      },
    });
    const { context, lines } = fake({ plan: plan(kafka), client });
    const result = await up(context, { ...options, onFailure: 'rollback' });
    expect(started).toMatchObject([{ options: { args: [{ onFailure: 'rollback' }] } }]);
    expect(result.exitCode).toBe(ExitCode.failed);
    for (const part of [
      /kafka +rolled back +12.3s +what was proven before is installed and proven again \(version 3.8, revision 5\)/,
      /a topic is replicated/,
      /a note/,
      /kafka: the new one loses records/,
      /Rolled back to what was proven before: kafka\./,
    ]) {
      expect(result.text).toMatch(part);
    }
    expect(result.document).toMatchObject({ components: [{ phase: 'rolled-back' }] });
    expect(lines.join('\n')).toContain('kafka: rolled back (CheckFailed) (12.3s)');
  });

  test('reports a failed step at once and starts nothing that needs it', async () => {
    const error = new UserError({ message: 'no disk', next: 'free some', exitCode: ExitCode.environment });
    const { context, calls } = fake({ buildError: error });
    await expect(up(context, options)).rejects.toBe(error);
    expect(calls.some((call) => call.startsWith('node.loadImages'))).toBe(false);
  });

  test('Ctrl-C first says that a rerun goes on, later how to come back', async () => {
    const { client } = fakeClient({ state: state({ components: [proven()] }) });
    const { context, interruptions } = fake({ client, plan: plan(kafka) });
    await up(context, options);
    expect(interruptions.map((interruption) => interruption?.text.split('\n')[0])).toEqual([
      'Interrupted. What is done stays: `bigdata up` goes on from there.',
      'Detached. The install goes on.',
    ]);
    expect(interruptions[1]?.document).toMatchObject({
      detached: true,
      link: 'http://ui/bigdata:8f14e45f:data',
    });
  });

  test('with --no-install stops before the operation', async () => {
    const { client, started } = fakeClient({});
    const { context, calls } = fake({ client });
    const result = await up(context, { ...options, install: false });
    expect(started).toEqual([]);
    expect(calls).toContain('workers.ensure bigdata-1');
    expect(result.document).toMatchObject({ ready: true });
  });

  test('of a component installs what it needs, too, and leaves the rest alone', async () => {
    const { client, started } = fakeClient({ state: state() });
    const whole = plan(component('volumes'), component('kafka', { needs: ['volumes'] }), component('minio'));
    const { context, lines } = fake({ plan: whole, client, unlisted: [{ release: 'livy' }] });
    const { text } = await up(context, { ...options, only: ['kafka'] });
    expect(started).toMatchObject([
      {
        options: {
          args: [{ plan: { components: [{ name: 'volumes' }, { name: 'kafka' }] }, unlisted: 'keep' }],
        },
      },
    ]);
    expect(text).toContain('bigdata (kafka) is ');
    expect(lines.join('\n')).not.toContain('livy');
  });

  test('hands on the wanted ports', async () => {
    const { client } = fakeClient({ state: state() });
    const { context, calls } = fake({ client });
    await up(context, { ...options, temporalPort: 7300, uiPort: 8300 });
    expect(calls).toContain('temporal.connect {"port":7300,"uiPort":8300}');
  });
});

describe('what somebody else made', () => {
  const changes = [
    { object: 'Deployment/kafka', change: 'changed', diff: '-  replicas: 1\n+  replicas: 3\n' },
  ] as const;
  const adopting = { ...options, adopt: true };

  test('is taken over once it was shown and confirmed', async () => {
    const { client, started } = fakeClient({ state: state({ components: [] }) });
    const { context, lines } = fake({ client, others: new Map([['kafka', changes]]) });
    await up(context, { ...adopting, yes: true });
    expect(lines.join('\n')).toContain(
      "kafka is somebody else's; taken over, it changes so:\n-  replicas: 1\n+  replicas: 3",
    );
    expect(started).toMatchObject([{ options: { args: [{ adopt: ['kafka'] }] } }]);
  });

  test('is left alone without a yes, or where nobody asks', async () => {
    const { client, started } = fakeClient({ state: state({ components: [] }) });
    const { context } = fake({ client, others: new Map([['kafka', changes]]) });
    await expect(up(context, adopting)).rejects.toMatchObject({
      message: 'Taking over kafka was not confirmed',
      unchanged: 'No component was touched.',
    });
    expect(started).toEqual([]);
    await up(context, options);
    expect(started).toMatchObject([{ options: { args: [{ adopt: [] }] } }]);
  });

  test('may be nothing, which is said', async () => {
    const { client } = fakeClient({ state: state({ components: [] }) });
    const { context, lines } = fake({ client });
    await up(context, adopting);
    expect(lines.join('\n')).toContain('There is nothing of somebody else to take over');
  });
});
