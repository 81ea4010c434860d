import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { replay } from '../../../src/cli/commands/replay.js';
import { ExitCode, UserError } from '../../../src/errors.js';
import { divergenceOf } from '../../../src/temporal/replay.js';
import { historiesFolder, readHistories } from '../../replay/histories.js';
import { fake } from '../fake-platform.js';

const file = join(historiesFolder, '0.1.0', 'install-success', 'kafka.json');
const workflowId = '0.1.0/install-success/kafka';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-replay-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A client that knows the histories which are committed. */
async function clientWithHistories(): Promise<Client> {
  const histories = await readHistories();
  const getHandle = (id: string, runId?: string): object => ({
    fetchHistory: async () => {
      const found = histories.find((each) => each.workflowId === id && runId === undefined);
      if (found === undefined) {
        throw new WorkflowNotFoundError('no such workflow', id, runId);
      }
      return found.history;
    },
  });
  const options = { loadedDataConverter: { payloadCodecs: [] } };
  return { workflow: { getHandle }, options } as unknown as Client;
}

describe('a file', () => {
  test('is replayed without Temporal, under the ID that it names', async () => {
    const { context, calls } = fake({ running: false });
    const { exitCode, text, document } = await replay(context, file, {});
    expect(exitCode).toBe(ExitCode.ok);
    expect(text).toMatch(
      /^Compatible: today's installComponent goes the same way through all \d+ events\.\n$/,
    );
    expect(document).toMatchObject({ compatible: true, workflowId, workflowType: 'installComponent' });
    expect(calls).toEqual([`workers.replay ${workflowId}`]);
  });

  test('that diverges is told with the event and the reason', async () => {
    const divergence = { message: 'Timer machine does not handle this event', eventId: 5 };
    const { exitCode, text, document } = await replay(fake({ divergence }).context, file, {});
    expect(exitCode).toBe(ExitCode.failed);
    expect(text).toMatch(/where: event 5 of \d+, ActivityTaskScheduled, 2026-/);
    expect(text).toContain('why:   Timer machine does not handle this event');
    expect(document).toMatchObject({
      compatible: false,
      divergesAt: { id: 5, type: 'ActivityTaskScheduled' },
      reason: divergence.message,
    });
  });

  test.each([
    ['that is not there', 'absent.json', undefined, 'There is no such file'],
    ['that is no JSON', 'text.json', 'hello', 'holds no history'],
    ['without events', 'other.json', '{"kind":"Pod"}', 'there is no list `events`'],
    ['without a start', 'empty.json', '{"events":[]}', 'not the start of a workflow'],
  ])('%s is refused', async (_, name, content, message) => {
    const path = join(folder, name);
    if (content !== undefined) {
      await writeFile(path, content);
    }
    const error: unknown = await replay(fake().context, path, {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(message);
    expect(error).toMatchObject({ where: path, exitCode: ExitCode.usage });
  });
});

describe('the ID of a workflow', () => {
  test('has Temporal asked for the history', async () => {
    const { context, calls } = fake({ client: await clientWithHistories() });
    const { document } = await replay(context, workflowId, {});
    expect(document).toMatchObject({ compatible: true, workflowId, source: '127.0.0.1:7233' });
    expect(calls).toContain('temporal.close');
  });

  test('that Temporal does not know is refused', async () => {
    const { context } = fake({ client: await clientWithHistories() });
    await expect(replay(context, workflowId, { runId: 'another' })).rejects.toMatchObject({
      message: 'There is no file and no workflow with that name',
      exitCode: ExitCode.usage,
    });
  });

  test('is refused where Temporal does not run', async () => {
    await expect(replay(fake({ running: false }).context, workflowId, {})).rejects.toMatchObject({
      exitCode: ExitCode.environment,
    });
  });
});

test('other failures than divergence keep their words', () => {
  expect(divergenceOf(new Error('no such workflow type'))).toEqual({ message: 'no such workflow type' });
});
