/** Watching an installed stack by a schedule, on a real server. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { describe, expect, it, vi } from 'vitest';
import type { Inspection } from '../../src/activities/contract.js';
import { retryable, nonRetryable } from '../../src/activities/failures.js';
import { operationId, taskQueue, watchId } from '../../src/client/naming.js';
import { startOrAttach } from '../../src/client/start.js';
import { type Watch, endWatch, findWatch, refreshWatch, setWatch } from '../../src/client/watch.js';
import { ensureTemporalBinary } from '../../src/local/binaries.js';
import { clonePaths } from '../../src/paths.js';
import type { Report } from '../../src/progress.js';
import type { Plan } from '../../src/stack/plan/plan-types.js';
import { ensureDevServer, stopDevServer } from '../../src/temporal/dev-server.js';
import { withWorker } from '../support/operations.js';
import { plan } from '../support/plans.js';
import { type Overrides, pretendActivities, untilCancelled } from '../support/pretended-activities.js';
import { type Stage, useStage } from '../support/stage.js';
import { startDevServer } from '../support/test-server.js';
import { patience } from '../support/patience.js';

const stage = useStage(startDevServer);

const day = 24 * 3_600_000;
const daily = { every: day, repair: false };
const watched: Plan = plan({ a: [], b: ['a'] });

const installed: Inspection = {
  state: 'same-proven',
  revision: 1,
  checks: [],
  provenAt: '2026-01-01T00:00:00.000Z',
};

const sound = (overrides: Overrides = {}) =>
  pretendActivities({ inspectComponent: async () => installed, ...overrides });

const passed = { name: 'works', proves: 'it works', facts: {}, milliseconds: 1 };

/** A cluster of its own for each test. */
function newCluster() {
  const uid = randomUUID();
  const { client } = stage.environment;
  return {
    uid,
    client,
    queue: taskQueue(uid),
    find: () => findWatch(client, uid, watched.namespace),
    trigger: () => client.schedule.getHandle(watchId(uid, watched.namespace)).trigger(),
  };
}

/** The watch, once so many looks have ended. */
async function untilLooked(find: () => Promise<Watch | undefined>, count: number): Promise<Watch> {
  return await vi.waitUntil(
    async () => {
      const watch = await find();
      const isDone =
        watch !== undefined &&
        watch.looks.length >= count &&
        watch.looks.every(({ found }) => found !== 'running');
      return isDone && watch;
    },
    { timeout: patience, interval: 200 },
  );
}

const resultsOf = ({ looks }: Watch) =>
  looks.map(({ found }) => (typeof found === 'object' ? found.result : found));

describe('a watched stack', () => {
  it('is looked at once when it begins, and then every third day for thirty days', async () => {
    const { uid, client, queue, find } = newCluster();
    let looks = 0;
    const { activities, starts } = sound({
      // What b proves is wrong each third time.
      runCheck: async ({ component }) => {
        if (component === 'b' && ++looks % 3 === 0)
          throw nonRetryable({ type: 'CheckFailed', message: 'lost the nonce' });
        return passed;
      },
    });
    await withWorker(
      stage,
      activities,
      async () => {
        await setWatch(client, uid, watched, { every: 3 * day, repair: false });
        await untilLooked(find, 1);
        const handle = client.schedule.getHandle(watchId(uid, watched.namespace));
        const end = new Date(Math.floor(Date.now() / (3 * day)) * 3 * day);
        await handle.backfill({
          start: new Date(end.getTime() - 30 * day + 1),
          end,
          overlap: ScheduleOverlapPolicy.BUFFER_ALL,
        });
        await vi.waitUntil(async () => (await handle.describe()).info.numActionsTaken === 11, {
          timeout: patience,
          interval: 500,
        });
        const watch = await untilLooked(find, 10);
        expect(watch).toMatchObject({ every: 3 * day, repair: false, planDigest: watched.digest });
        expect(watch.next?.getTime()).toBeGreaterThan(Date.now());
        // The 11th look is the newest.
        expect(resultsOf(watch)).toEqual(
          Array.from({ length: 10 }, (_, index) => ((11 - index) % 3 === 0 ? 'failed' : 'proven')),
        );
        expect(
          watch.looks.find(({ found }) => typeof found === 'object' && found.result === 'failed')?.found,
        ).toEqual({
          result: 'failed',
          repaired: [],
          findings: [{ component: 'b', type: 'CheckFailed', message: 'lost the nonce' }],
        });
      },
      queue,
    );
    expect(starts().filter((each) => each === 'runCheck a')).toHaveLength(11);
    expect(starts()).not.toContain('applyComponent a');
  });

  it('has what drifted put back, if that is wanted, and is verified then', async () => {
    const { uid, client, queue, find } = newCluster();
    let isRestored = false;
    const { activities, starts } = sound({
      inspectComponent: async ({ component }) =>
        component === 'b' && !isRestored
          ? { state: 'same-unproven', revision: 1, missing: 'Service/b', gone: true }
          : installed,
      recordProof: async () => {
        isRestored = true;
      },
    });
    await withWorker(
      stage,
      activities,
      async () => {
        await setWatch(client, uid, watched, { ...daily, repair: true });
        const { looks } = await untilLooked(find, 1);
        expect(looks[0]?.found).toEqual({ result: 'proven', repaired: ['b'], findings: [] });
      },
      queue,
    );
    expect(starts().filter((each) => each.startsWith('applyComponent'))).toEqual(['applyComponent b']);
    expect(starts()).toContain('runCheck a');
  });

  it('is not looked at while an operation runs', async () => {
    const { uid, client, queue, find } = newCluster();
    let goOn = false;
    const { activities } = sound({
      inspectComponent: async () => {
        await vi.waitUntil(() => goOn, { timeout: patience });
        return installed;
      },
    });
    await withWorker(
      stage,
      activities,
      async () => {
        const { handle } = await startOrAttach(client, uid, {
          operation: 'install',
          input: { plan: watched },
        });
        await setWatch(client, uid, watched, { ...daily, repair: true });
        expect(resultsOf(await untilLooked(find, 1))).toEqual(['skipped']);
        goOn = true;
        await handle.result();
      },
      queue,
    );
  });

  it('gives way to a person who wants something else', async () => {
    const { uid, client, queue, find } = newCluster();
    let checks = 0;
    const { activities } = sound({
      runCheck: async () => (++checks === 1 ? await untilCancelled() : passed),
    });
    await withWorker(
      stage,
      activities,
      async () => {
        await setWatch(client, uid, watched, daily);
        await vi.waitUntil(() => checks === 1, { timeout: patience });
        const { handle, attached } = await startOrAttach(client, uid, {
          operation: 'install',
          input: { plan: watched },
        });
        expect(attached).toBe(false);
        await handle.result();
        expect(resultsOf(await untilLooked(find, 1))).toEqual(['skipped']);
      },
      queue,
    );
  });

  it('is attached to by a person who wants the same', async () => {
    const { uid, client, queue, find } = newCluster();
    let goOn = false;
    const { activities } = sound({
      runCheck: async () => {
        await vi.waitUntil(() => goOn, { timeout: patience });
        return passed;
      },
    });
    await withWorker(
      stage,
      activities,
      async () => {
        await setWatch(client, uid, watched, daily);
        const id = operationId(uid, watched.namespace);
        await vi.waitUntil(
          async () =>
            await client.workflow
              .getHandle(id)
              .describe()
              .then(
                () => true,
                () => false,
              ),
          { timeout: patience },
        );
        const request = { operation: 'verify', input: { plan: watched, disruptive: false } } as const;
        const { attached } = await startOrAttach(client, uid, request);
        expect(attached).toBe(true);
        goOn = true;
        expect(resultsOf(await untilLooked(find, 1))).toEqual(['proven']);
      },
      queue,
    );
  });

  it('has not failed where there was no room to try it', async () => {
    const { uid, client, queue, find } = newCluster();
    const { activities } = sound({
      runCheck: async () => {
        throw nonRetryable({ type: 'CheckUntried', message: 'no room' });
      },
    });
    await withWorker(
      stage,
      activities,
      async () => {
        await setWatch(client, uid, watched, daily);
        const { looks } = await untilLooked(find, 1);
        expect(looks[0]?.found).toMatchObject({
          result: 'untried',
          findings: [{ component: 'a', type: 'CheckUntried' }],
        });
      },
      queue,
    );
  });

  it('is held against a new plan when it was changed, and is watched no more when that is ended', async () => {
    const { uid, client, find } = newCluster();
    expect(await find()).toBeUndefined();
    expect(await refreshWatch(client, uid, watched)).toBe(false);
    expect(await endWatch(client, uid, watched.namespace)).toBe(false);
    await setWatch(client, uid, watched, { every: day, repair: true });
    expect(await refreshWatch(client, uid, { ...watched, digest: 'sha256:new' })).toBe(true);
    expect(await find()).toMatchObject({ every: day, repair: true, planDigest: 'sha256:new' });
    await setWatch(client, uid, watched, { every: 2 * day, repair: false });
    expect(await find()).toMatchObject({ every: 2 * day, repair: false, planDigest: watched.digest });
    expect(await endWatch(client, uid, watched.namespace)).toBe(true);
    expect(await find()).toBeUndefined();
  });

  it('is looked at once a worker is there again', async () => {
    const { uid, client, queue, find, trigger } = newCluster();
    await setWatch(client, uid, watched, daily);
    await trigger();
    expect((await find())?.looks.map(({ found }) => found)).toContain('running');
    const { activities } = sound({
      awaitReady: vi
        .fn<NonNullable<Overrides['awaitReady']>>()
        .mockRejectedValueOnce(retryable({ type: 'ClusterUnreachable', message: 'connection refused' }))
        .mockResolvedValue({ pods: '1/1 pods ready' }),
    });
    await withWorker(
      stage,
      activities,
      async () => {
        expect(resultsOf(await untilLooked(find, 1))[0]).toBe('proven');
      },
      queue,
    );
  });
});

const binary = (report: Report) => ensureTemporalBinary(clonePaths(), report);

it('watches on after the death of the server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-watch-'));
  const paths = clonePaths({ BIGDATA_STATE: folder });
  const uid = randomUUID();
  /** Runs `work` with a worker on the server that runs now. */
  const serve = async (work: (client: Client) => Promise<void>): Promise<number> => {
    const { address, pid } = await ensureDevServer(paths, () => {}, { binary });
    const connection = await Connection.connect({ address });
    const nativeConnection = await NativeConnection.connect({ address });
    const client = new Client({ connection });
    const environment = { nativeConnection, client } as Stage['environment'];
    const own = { environment, workflowBundle: stage.workflowBundle, inThread: true };
    await withWorker(own, sound().activities, () => work(client), taskQueue(uid));
    await nativeConnection.close();
    await connection.close();
    return pid;
  };
  try {
    const pid = await serve(async (client) => {
      await setWatch(client, uid, watched, daily);
      await untilLooked(() => findWatch(client, uid, watched.namespace), 1);
    });
    process.kill(pid, 'SIGKILL');
    await serve(async (client) => {
      const find = () => findWatch(client, uid, watched.namespace);
      expect(await find()).toMatchObject({ ...daily, planDigest: watched.digest });
      await client.schedule.getHandle(watchId(uid, watched.namespace)).trigger();
      expect(resultsOf(await untilLooked(find, 2))).toEqual(['proven', 'proven']);
    });
  } finally {
    await stopDevServer(paths);
    await rm(folder, { recursive: true, force: true });
  }
});
