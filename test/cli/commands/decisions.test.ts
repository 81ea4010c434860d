import { EventEmitter, once } from 'node:events';

import {
  ApplicationFailure,
  CancelledFailure,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { describe, expect, test } from 'vitest';

import { abort } from '../../../src/cli/commands/abort.js';
import { retry } from '../../../src/cli/commands/retry.js';
import { skip } from '../../../src/cli/commands/skip.js';
import { status } from '../../../src/cli/commands/status.js';
import { uninstall } from '../../../src/cli/commands/uninstall.js';
import { up } from '../../../src/cli/commands/up.js';
import { verify } from '../../../src/cli/commands/verify.js';
import { ExitCode } from '../../../src/errors.js';
import { decisionRefusedType } from '../../../src/stack/operation/decisions.js';
import type { ComponentState, OperationState } from '../../../src/stack/operation/operation-types.js';
import { fakeClient } from '../fake-client.js';
import { component, fake, plan, state, upOptions } from '../fake-platform.js';

const options = { file: '/clone/stack.yaml' };
const installing = { ...upOptions, ...options };
const planned = plan(component('zookeeper'), component('kafka', { needs: ['zookeeper'] }));
const running = {
  type: 'installStack',
  requestKey: 'install sha256:plan',
  startTime: new Date('2026-01-02T03:04:05Z'),
};

function row(name: string, rest: Partial<ComponentState>): ComponentState {
  return { name, phase: 'proven', unchanged: false, milliseconds: 4_000, checks: [], ...rest };
}

const cause = {
  type: 'ImagePull' as const,
  message: 'the image cannot be pulled',
  where: 'Pod data/zookeeper-0',
  next: 'push it',
};
const waiting: OperationState = state({
  components: [
    row('zookeeper', { phase: 'deciding', cause }),
    row('kafka', { phase: 'waiting', milliseconds: 0, detail: 'for the decision about zookeeper' }),
  ],
  waitsForDecision: true,
});
const final = state({ components: [row('zookeeper', {}), row('kafka', {})] });
const commands = ['bigdata retry zookeeper', 'bigdata skip zookeeper', 'bigdata abort'];

/** An operation that does not end. */
const endless = (): Promise<OperationState> => new Promise(() => {});

describe('up, when only a decision helps,', () => {
  test('says why and how, and ends with an exit code of its own where nobody watches', async () => {
    const { client } = fakeClient({ state: waiting, result: endless });
    const { context } = fake({ client, plan: planned });
    const result = await up(context, installing);
    expect(result.exitCode).toBe(ExitCode.decision);
    for (const part of [...commands, 'the image cannot be pulled', 'Pod data/zookeeper-0', 'Push it.']) {
      expect(result.text).toContain(part);
    }
    expect(result.text).toContain('failed, waits for a decision');
    expect(result.text).toContain('bigdata waits for a decision about zookeeper');
    expect(result.document).toMatchObject({
      waitsForDecision: true,
      decisions: [{ component: 'zookeeper', retry: 'bigdata retry zookeeper' }],
    });
  });

  test('names the same stack and cluster in the commands', async () => {
    const { client } = fakeClient({ state: waiting, result: endless });
    const { context } = fake({ client, plan: planned });
    const result = await up(context, { ...installing, file: 'my stack.yaml', context: 'production' });
    expect(result.text).toContain("bigdata skip zookeeper -f 'my stack.yaml' --context production");
    expect(result.text).toContain("`bigdata up -f 'my stack.yaml' --context production` attaches again");
  });

  test('stays in front of a person, and goes on after the decision', async () => {
    const tryingAgain = state({
      components: [row('zookeeper', { phase: 'inspecting' }), row('kafka', { phase: 'waiting' })],
    });
    const end = new EventEmitter();
    const ended = once(end, 'end');
    const { client } = fakeClient({
      states: [waiting, waiting, tryingAgain],
      result: async () => {
        await ended;
        return final;
      },
    });
    const { context, lines } = fake({ client, plan: planned, attended: true });
    const result = up(context, installing);
    await expect.poll(() => lines.join('\n'), { timeout: 10_000 }).toContain('zookeeper: inspecting');
    end.emit('end');
    expect((await result).exitCode).toBe(ExitCode.ok);
    const shown = lines.join('\n');
    for (const command of commands) {
      expect(shown.split(command)).toHaveLength(2);
    }
    expect(shown.indexOf('bigdata abort')).toBeLessThan(shown.indexOf('zookeeper: inspecting'));
    expect(shown).toContain('zookeeper: failed, waits for a decision (ImagePull)');
  });

  test('tells the operation what to do about failures', async () => {
    const { client, started } = fakeClient({ state: final });
    await up(fake({ client, plan: planned }).context, { ...installing, onFailure: 'abort' });
    expect(started).toMatchObject([{ options: { args: [{ onFailure: 'abort' }] } }]);
  });
});

describe('status', () => {
  test('shows what waits, why, and the commands', async () => {
    const { client } = fakeClient({ running, state: waiting });
    const result = await status(fake({ client, plan: planned }).context, { ...options, follow: false });
    expect(result.exitCode).toBe(ExitCode.decision);
    for (const part of [...commands, 'Push it.', 'waiting: for the decision about zookeeper']) {
      expect(result.text).toContain(part);
    }
    expect(result.document).toMatchObject({ decisions: [{ component: 'zookeeper' }] });
  });

  test('with --follow ends where nobody watches', async () => {
    const { client } = fakeClient({ running, state: waiting, result: endless });
    const result = await status(fake({ client, plan: planned }).context, { ...options, follow: true });
    expect(result.exitCode).toBe(ExitCode.decision);
    expect(result.text).toContain('bigdata skip zookeeper');
  });

  test('says that the rest goes on while it does', async () => {
    const { waitsForDecision: _, ...moving } = waiting;
    const { client } = fakeClient({ running, state: moving });
    const result = await status(fake({ client, plan: planned }).context, { ...options, follow: false });
    expect(result.text).toContain('The rest goes on; you can decide about zookeeper:');
  });
});

describe('retry', () => {
  const retrying = { ...options, component: 'zookeeper', set: [] };

  test('sends the component as the stack file says now, once its image is on the node', async () => {
    const { client, decided } = fakeClient({
      running,
      state: waiting,
      decide: async () => ({ changed: true }),
    });
    const { context, calls } = fake({ client, plan: planned });
    const result = await retry(context, { ...retrying, set: ['replicas=1', 'a.b=c'] });
    expect(calls[0]).toBe('plan /clone/stack.yaml local zookeeper replicas=1 a.b=c');
    expect(calls).toContain('node.loadImages 1');
    expect(decided).toEqual([
      {
        decision: 'retry',
        component: 'zookeeper',
        plan: {
          stack: 'bigdata',
          namespace: 'data',
          component: component('zookeeper'),
          outline: { zookeeper: { digest: 'sha256:zookeeper' }, kafka: { digest: 'sha256:kafka' } },
        },
      },
    ]);
    expect(result.text).toContain('zookeeper is tried again with a changed plan');
    expect(result.text).toContain('What --set says holds for this install only');
    expect(result.document).toEqual({ decision: 'retry', component: 'zookeeper', changed: true });
  });

  test('builds nothing for a given cluster', async () => {
    const { client, decided } = fakeClient({ running, state: waiting });
    const { context, calls } = fake({ client, plan: planned });
    const result = await retry(context, { ...retrying, context: 'production' });
    expect(calls.filter((call) => /image|machine/i.test(call))).toEqual([]);
    expect(decided).toHaveLength(1);
    expect(result.text).toContain('`bigdata status --follow --context production` watches');
  });

  test('builds nothing for what will be refused, and tells the reason', async () => {
    const { client } = fakeClient({
      running,
      state: final,
      decide: async () => {
        const refused = ApplicationFailure.create({
          type: decisionRefusedType,
          message: 'zookeeper does not wait for a decision: it is proven',
        });
        throw new WorkflowUpdateFailedError('Workflow Update failed', refused);
      },
    });
    const { context, calls } = fake({ client, plan: planned });
    await expect(retry(context, retrying)).rejects.toMatchObject({
      name: 'UserError',
      exitCode: ExitCode.usage,
      message: 'The decision is refused: zookeeper does not wait for a decision: it is proven',
      unchanged: expect.stringContaining('Nothing was decided'),
    });
    expect(calls).not.toContain('images.build');
    expect(calls.at(-1)).toBe('temporal.close');
  });
});

test('skip sends the decision', async () => {
  const { client, decided } = fakeClient({ running, state: waiting });
  const result = await skip(fake({ client, plan: planned }).context, { ...options, component: 'zookeeper' });
  expect(decided).toEqual([{ decision: 'skip', component: 'zookeeper' }]);
  expect(result.exitCode).toBe(ExitCode.ok);
});

test('abort waits until the install has ended', async () => {
  const aborted = state({
    components: [row('zookeeper', { phase: 'failed', cause }), row('kafka', { phase: 'blocked' })],
  });
  const failure = ApplicationFailure.create({ type: 'StackFailed', message: 'failed', details: [aborted] });
  const { client, decided } = fakeClient({
    running,
    state: aborted,
    result: async () => {
      throw new WorkflowFailedError('failed', failure, 'NON_RETRYABLE_FAILURE');
    },
  });
  const result = await abort(fake({ client, plan: planned }).context, { ...options, now: false });
  expect(decided).toEqual([{ decision: 'abort' }]);
  expect(result.exitCode).toBe(ExitCode.ok);
  expect(result.text).toContain('The install of bigdata is aborted. What is proven stays; `bigdata up`');
  expect(result.document).toMatchObject({ decision: 'abort', components: [{ phase: 'failed' }, {}] });
});

test('abort --now cancels, waits until that is done, and tells what was cut off', async () => {
  const stopped = state({ components: [row('zookeeper', { phase: 'cancelled' })] });
  const { client, cancelled } = fakeClient({
    running,
    state: stopped,
    result: async () => {
      throw new WorkflowFailedError('cancelled', new CancelledFailure('cancelled'), 'NON_RETRYABLE_FAILURE');
    },
  });
  const result = await abort(fake({ client, plan: planned }).context, { ...options, now: true });
  expect(cancelled).toHaveLength(1);
  expect(result.exitCode).toBe(ExitCode.ok);
  expect(result.text).toMatch(/zookeeper +cancelled/);
  expect(result.text).toContain('The install of bigdata is stopped. What is proven stays; `bigdata up`');
  expect(result.document).toMatchObject({ now: true, components: [{ phase: 'cancelled' }] });
});

describe('a decision is refused', () => {
  const decisions = [
    ['retry', (context) => retry(context, { ...options, component: 'kafka', set: [] })],
    ['skip', (context) => skip(context, { ...options, component: 'kafka' })],
    ['abort', (context) => abort(context, { ...options, now: false })],
  ] satisfies [string, (context: ReturnType<typeof fake>['context']) => Promise<unknown>][];

  test.each(decisions)('where no operation runs: %s', async (_, decide) => {
    const { client, decided } = fakeClient({});
    await expect(decide(fake({ client, plan: planned }).context)).rejects.toMatchObject({
      exitCode: ExitCode.usage,
      message: 'There is nothing to decide: no operation is running on bigdata in namespace data',
    });
    expect(decided).toEqual([]);
  });

  test.each(decisions)('while something else runs than an install: %s', async (_, decide) => {
    const { client } = fakeClient({ running: { ...running, type: 'verifyStack' } });
    await expect(decide(fake({ client, plan: planned }).context)).rejects.toMatchObject({
      exitCode: ExitCode.usage,
      message: expect.stringContaining('operation is verify'),
    });
  });

  test.each(decisions)('without a cluster: %s', async (_, decide) => {
    await expect(decide(fake({ running: false, plan: planned }).context)).rejects.toMatchObject({
      exitCode: ExitCode.environment,
    });
  });
});

describe('while an install waits for a decision', () => {
  const others = { ...running, requestKey: 'install sha256:other' };
  const refused: [string, RegExp, (context: ReturnType<typeof fake>['context']) => Promise<unknown>][] = [
    ['another install', /`bigdata retry zookeeper -f FILE` goes on/, (context) => up(context, installing)],
    [
      'verify',
      /`bigdata retry zookeeper` or `bigdata skip zookeeper` lets it go on/,
      (context) => verify(context, { ...options, disruptive: false }),
    ],
    [
      'uninstall',
      /`bigdata abort` ends it; then run this command again/,
      (context) => uninstall(context, { ...options, deleteData: false, yes: false }),
    ],
  ];

  test.each(refused)('%s is refused with the way out', async (_, way, command) => {
    const { client, started } = fakeClient({
      running: others,
      state: waiting,
      digests: { zookeeper: 'sha256:zookeeper', kafka: 'sha256:other' },
    });
    await expect(command(fake({ client, plan: planned }).context)).rejects.toMatchObject({
      exitCode: ExitCode.busy,
      message: expect.stringContaining('waits for a decision about zookeeper'),
      next: expect.stringMatching(way),
    });
    expect(started).toEqual([]);
  });

  test('one whose changes were taken by retries attaches', async () => {
    const { client } = fakeClient({
      running: others,
      state: final,
      digests: { zookeeper: 'sha256:zookeeper', kafka: 'sha256:kafka' },
    });
    const { context, lines } = fake({ client, plan: planned });
    expect((await up(context, installing)).exitCode).toBe(ExitCode.ok);
    expect(lines.join('\n')).toContain('Attached to the install');
    const keeping = up(fake({ client, plan: planned }).context, { ...installing, unlisted: 'keep' });
    await expect(keeping).rejects.toMatchObject({ exitCode: ExitCode.busy });
  });
});
