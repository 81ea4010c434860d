/** What a real server shows: queries, cancellation, the Web UI's texts, and how long histories become. */
import { CancelledFailure, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { describe, expect, it, vi } from 'vitest';
import { retryable } from '../../src/activities/failures.js';
import { snapshot } from '../../src/client/follow.js';
import type { ComponentState, OperationState } from '../../src/stack/operation/operation-types.js';
import { phases, runOperation, withWorker } from '../support/operations.js';
import { plan, plannedComponent, skeleton } from '../support/plans.js';
import { pretendActivities, untilCancelled } from '../support/pretended-activities.js';
import { useStage } from '../support/stage.js';
import { startDevServer } from '../support/test-server.js';
import { patience } from '../support/patience.js';

const stage = useStage(startDevServer);

const install = { plan: plan(skeleton) };

function ask(handle: WorkflowHandle): Promise<OperationState> {
  return handle.query<OperationState>('state');
}

async function untilPhase(handle: WorkflowHandle, name: string, phase: string): Promise<OperationState> {
  return await vi.waitUntil(
    async () => {
      const state = await ask(handle);
      return phases(state)[name] === phase && state;
    },
    { timeout: patience, interval: 50 },
  );
}

function child(handle: WorkflowHandle, name: string): WorkflowHandle {
  return stage.environment.client.workflow.getHandle(`${handle.workflowId}/${name}`);
}

/** Cancels and gives the state that is left. */
async function cancel(handle: WorkflowHandle): Promise<OperationState> {
  await handle.cancel();
  const end = await handle.result().catch((error: unknown) => error);
  expect(end).toBeInstanceOf(WorkflowFailedError);
  expect((end as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  return await ask(handle);
}

async function events(workflowId: string): Promise<number> {
  return (await stage.environment.client.workflow.getHandle(workflowId).fetchHistory()).events?.length ?? 0;
}

describe('a running installation', () => {
  it('answers where every component stands, in detail by its own workflow', async () => {
    let proceed = false;
    const { activities } = pretendActivities({
      awaitReady: async () => {
        await vi.waitUntil(() => proceed, { timeout: patience });
        return { pods: '1/1 pods ready' };
      },
    });
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      const state = await untilPhase(handle, 'volumes', 'inspecting');
      expect(phases(state)).toEqual({
        volumes: 'inspecting',
        minio: 'waiting',
        zookeeper: 'waiting',
        kafka: 'waiting',
      });
      const own = await vi.waitUntil(
        async () => {
          const answer = await child(handle, 'volumes')
            .query<ComponentState>('componentState')
            // Its parent counts it as started a moment before the server does.
            .catch((): undefined => undefined);
          return answer?.phase === 'readying' && answer;
        },
        { timeout: patience },
      );
      expect(own).toMatchObject({ name: 'volumes', checks: [], unchanged: false });
      proceed = true;
      await handle.result();
    });
  });

  it('tells of what is tried again how often, and what went wrong the last time', async () => {
    let attempts = 0;
    const { activities } = pretendActivities({
      applyComponent: async () => {
        attempts += 1;
        if (attempts === 1) throw retryable({ type: 'ClusterUnreachable', message: 'connection refused' });
        await vi.waitUntil(() => attempts > 2, { timeout: patience });
        return { revision: 1 };
      },
    });
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', { plan: plan({ volumes: [] }) });
      const look = () =>
        snapshot(stage.environment.client, { handle, runId: handle.firstExecutionRunId }, 5_000);
      const detail = await vi.waitUntil(
        async () => (await look())?.components.find((each) => each.detail?.startsWith('attempt'))?.detail,
        { timeout: patience },
      );
      expect(detail).toMatch(/^attempt 2, after: .*connection refused/);
      attempts = 3;
      await handle.result();
    });
  });

  it('reads like the plan in the Web UI', async () => {
    const { activities } = pretendActivities();
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      await handle.result();
      const details = await handle.query<string>('__temporal_workflow_metadata');
      expect(JSON.stringify(details)).toContain('| kafka | proven |');
      const description = await child(handle, 'kafka').describe();
      expect(await description.staticSummary()).toBe('install kafka 1.0.0: the kafka of the test');
      expect(description.type).toBe('installComponent');
      const history = await child(handle, 'kafka').fetchHistory();
      const summaries = history.events
        ?.map((event) => event.userMetadata?.summary?.data)
        .filter((data) => data instanceof Uint8Array)
        .map((data) => JSON.parse(Buffer.from(data).toString()) as string);
      expect(summaries).toEqual([
        'install kafka 1.0.0: the kafka of the test',
        'look at kafka',
        'helm upgrade --install kafka',
        'wait until kafka is ready',
        'check works: kafka works',
        'record the proof of kafka',
      ]);
    });
  });
});

describe('cancelling', () => {
  it('stops what runs, waits until it has stopped, and starts nothing more', async () => {
    let stopped = 0;
    const { activities, starts, indexOf } = pretendActivities({
      awaitReady: async ({ component }) => {
        if (component === 'volumes') {
          return { pods: '1/1 pods ready' };
        }
        try {
          return await untilCancelled();
        } finally {
          await new Promise((resolve) => setTimeout(resolve, 500));
          stopped += 1;
        }
      },
    });
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      await vi.waitUntil(
        () => indexOf('awaitReady', 'zookeeper') > -1 && indexOf('awaitReady', 'minio') > -1,
        { timeout: patience },
      );
      expect(phases(await cancel(handle))).toEqual({
        volumes: 'proven',
        minio: 'cancelled',
        zookeeper: 'cancelled',
        kafka: 'cancelled',
      });
      const { status } = await child(handle, 'zookeeper').describe();
      expect(status.name).toBe('CANCELLED');
    });
    expect(stopped).toBe(2);
    expect(starts()).not.toContain('inspectComponent kafka');
  });

  it('touches no component if it comes while the namespace is prepared', async () => {
    const { activities, starts } = pretendActivities({ prepareNamespace: untilCancelled });
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      await vi.waitUntil(() => starts().length === 1, { timeout: patience });
      const state = await cancel(handle);
      expect(new Set(Object.values(phases(state)))).toEqual(new Set(['cancelled']));
    });
    expect(starts()).toEqual(['prepareNamespace -']);
  });

  it('leaves an uninstallation where it is, to be run again', async () => {
    const { activities, starts, indexOf } = pretendActivities({
      removeComponent: async ({ component }) =>
        component === 'zookeeper'
          ? await untilCancelled()
          : { wasInstalled: true, claimsKept: 0, claimsDeleted: 0 },
    });
    await withWorker(stage, activities, async (start) => {
      const handle = await start('uninstall', { plan: plan(skeleton), deleteData: true });
      await vi.waitUntil(() => indexOf('removeComponent', 'zookeeper') > -1, { timeout: patience });
      const state = await cancel(handle);
      expect(phases(state)).toMatchObject({ kafka: 'removed', zookeeper: 'cancelled', volumes: 'cancelled' });
    });
    expect(starts()).not.toContain('removeNamespace -');
  });
});

describe('history', () => {
  it('stays within 60 events for the normal install of a component with two checks', async () => {
    const checks = ['first', 'second'].map((name) => ({
      name,
      pods: [name],
      proves: name,
      disruptive: false,
    }));
    const chain = (length: number) =>
      Array.from({ length }, (_, index) =>
        plannedComponent(`c${index}`, { checks, needs: index === 0 ? [] : [`c${index - 1}`] }),
      );
    const measure = async (length: number) => {
      const { activities } = pretendActivities();
      const { workflowId } = await runOperation(stage, activities, 'install', {
        plan: plan({}, { components: chain(length) }),
      });
      return { parent: await events(workflowId), child: await events(`${workflowId}/c0`) };
    };
    const one = await measure(1);
    const four = await measure(4);
    const inParent = Math.ceil((four.parent - one.parent) / 3);
    const total = one.child + inParent;
    process.stdout.write(
      `history of a component's install: ${one.child} events of its own + ${inParent} in the operation = ${total}\n`,
    );
    expect(total).toBeLessThanOrEqual(60);
  });

  it('stays within 25 events for a component that is left alone', async () => {
    const { activities } = pretendActivities({
      inspectComponent: async () => ({ state: 'same-proven', revision: 1, checks: [], provenAt: '' }),
    });
    const { workflowId } = await runOperation(stage, activities, 'install', { plan: plan({ a: [] }) });
    expect(await events(`${workflowId}/a`)).toBeLessThanOrEqual(25);
  });
});
