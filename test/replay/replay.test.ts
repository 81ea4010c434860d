import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type ReplayResult, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows } from '../support/bundle.js';
import { type History, parseHistory } from '../../src/client/histories.js';
import { replayHistory } from '../../src/temporal/replay.js';
import { readHistories } from './histories.js';
import { recordHistories } from './record.js';

const release = process.env['BIGDATA_RECORD_HISTORIES'];

let bundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  if (release) {
    await recordHistories(release);
  }
  bundle = await bundleWorkflows();
});

async function replay(workflowBundle: WorkflowBundleWithSourceMap): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  for await (const result of Worker.runReplayHistories({ workflowBundle }, await readHistories())) {
    results.push(result);
  }
  return results;
}

describe('today’s workflows', () => {
  it('go the same way through every history of every release', async () => {
    const results = await replay(bundle);
    expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(40);
  });
});

describe('a change that would break running operations', () => {
  it('is caught', async () => {
    const changed = fileURLToPath(new URL('fixtures/incompatible-workflows.ts', import.meta.url));
    const results = await replay(await bundleWorkflows(changed));
    const broken = results.filter(({ error }) => error !== undefined).map(({ workflowId }) => workflowId);
    expect(broken).toContain('0.1.0/install-success');
    expect(broken).toContain('0.1.0/install-success/kafka');
    expect(broken).not.toContain('0.1.0/verify-success');
  });
});

async function replayOne(workflowBundle: WorkflowBundleWithSourceMap, id: string) {
  const one = (await readHistories()).find(({ workflowId }) => workflowId === id);
  return await replayHistory(parseHistory(historyToJSON(one?.history as History)), id, workflowBundle);
}

describe('`bigdata replay`', () => {
  it('finds today’s workflows compatible', async () => {
    expect(await replayOne(bundle, '0.1.0/install-success/kafka')).toBeUndefined();
  });

  it('names the event at which a change goes another way', async () => {
    const changed = fileURLToPath(new URL('fixtures/incompatible-workflows.ts', import.meta.url));
    const divergence = await replayOne(await bundleWorkflows(changed), '0.1.0/install-success/kafka');
    expect(divergence).toEqual({
      eventId: 5,
      message: 'Timer machine does not handle this event: HistoryEvent(id: 5, ActivityTaskScheduled)',
    });
  });
});
