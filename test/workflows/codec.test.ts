/** Operations whose payloads are encrypted: all works as without, and Temporal knows nothing. */
import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, it, vi } from 'vitest';
import { snapshot } from '../../src/client/follow.js';
import { childrenOf, fetchHistory } from '../../src/client/histories.js';
import { EncryptionCodec } from '../../src/temporal/codec.js';
import { encryptedBy } from '../../src/temporal/connect.js';
import { replayHistory } from '../../src/temporal/replay.js';
import { endOf, phases, starterOf, withWorker } from '../support/operations.js';
import { plan, skeleton } from '../support/plans.js';
import { pretendActivities } from '../support/pretended-activities.js';
import { useStage } from '../support/stage.js';
import { startDevServer } from '../support/test-server.js';
import { Context } from '@temporalio/activity';
import { patience } from '../support/patience.js';

const stage = useStage(startDevServer);

const codec = new EncryptionCodec([Buffer.alloc(32, 7)]);

/** What stands in results and heartbeats, and must not stand in what Temporal keeps. */
const nonce = 'nonce-4711';

async function rawHistories(client: Client, workflowId: string): Promise<string> {
  const own = await client.workflow.getHandle(workflowId).fetchHistory();
  const children = childrenOf(own).map((each) => client.workflow.getHandle(each.workflowId).fetchHistory());
  const all = [own, ...(await Promise.all(children))];
  return all
    .map((history) => historyToJSON(history))
    .join('\n')
    .replaceAll(/"data": ?"([^"]*)"/g, (_, data: string) => Buffer.from(data, 'base64').toString('latin1'));
}

it('an operation tells its followers all, and Temporal nothing', async () => {
  let proceed = false;
  const { activities } = pretendActivities({
    runCheck: async ({ check: { name, proves } }) => {
      Context.current().heartbeat({ detail: `saw ${nonce}` });
      await vi.waitUntil(() => proceed, { timeout: patience });
      return { name, proves, facts: { nonce }, milliseconds: 5 };
    },
  });
  const taskQueue = `test-${randomUUID()}`;
  const { connection, client: plain } = stage.environment;
  const client = new Client({ connection, ...encryptedBy(codec) });
  const work = async (): Promise<string> => {
    const handle = await starterOf({ client }, taskQueue)('install', { plan: plan(skeleton) });
    await vi.waitUntil(
      async () => {
        const state = await snapshot(client, { handle, runId: handle.firstExecutionRunId }, 5_000).catch(
          (): undefined => undefined,
        );
        return state?.components.some(({ detail }) => detail === `saw ${nonce}`);
      },
      { timeout: patience, interval: 100 },
    );
    proceed = true;
    const { state, failed } = await endOf(handle);
    expect(failed).toBe(false);
    expect(Object.values(phases(state))).toEqual(['proven', 'proven', 'proven', 'proven']);
    expect(JSON.stringify(state)).toContain(nonce);
    return handle.workflowId;
  };
  const workflowId = await withWorker(stage, activities, work, taskQueue, codec);

  const raw = await rawHistories(plain, workflowId);
  expect(raw.includes(Buffer.from('binary/encrypted').toString('base64'))).toBe(true);
  expect(/.{0,40}(nonce-4711|components|apps\/v1).{0,40}/.exec(raw)?.[0]).toBeUndefined();
  // Whoever has the key reads and replays it, and so does whoever is given what they read.
  const read = await fetchHistory(client, workflowId);
  const history = historyFromJSON(JSON.parse(historyToJSON(read ?? {})));
  expect(await replayHistory(history, workflowId, stage.workflowBundle)).toBeUndefined();
  await expect(
    replayHistory((await fetchHistory(plain, workflowId)) ?? {}, workflowId, stage.workflowBundle),
  ).resolves.toBeDefined();
});
