/**
 * Records the histories that replays are made from: `BIGDATA_RECORD_HISTORIES=0.1.0 npx vitest run --project replay`.
 *
 * Done once a release; what an earlier release recorded is never written again.
 *
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { passing, terminal } from '../../src/activities/failures.js';
import type { OperationKind } from '../../src/stack/operation-types.js';
import { bundleWorkflows } from '../support/bundle.js';
import { type Stage, withWorker } from '../support/operations.js';
import { plan, skeleton } from '../support/plans.js';
import { type Overrides, pretendActivities, untilCancelled } from '../support/pretended-activities.js';
import { startDevServer } from '../support/test-server.js';
import { historiesFolder } from './histories.js';

interface Case {
  readonly name: string;
  readonly operation: OperationKind;
  readonly input?: object;
  readonly overrides?: Overrides;
  /** Component that is being waited for when the operation is cancelled. */
  readonly cancelAt?: string;
  /** Components whose own histories are kept, too. */
  readonly children: readonly string[];
}

const installed = {
  state: 'same-proven',
  revision: 1,
  checks: [],
  provenAt: '2026-01-01T00:00:00.000Z',
} as const;

const cases: readonly Case[] = [
  { name: 'install-success', operation: 'install', children: ['kafka'] },
  {
    name: 'install-unchanged',
    operation: 'install',
    overrides: { inspectComponent: async () => installed },
    children: ['kafka'],
  },
  {
    name: 'install-retry',
    operation: 'install',
    overrides: { applyComponent: failingOnce() },
    children: ['volumes'],
  },
  {
    name: 'install-failure',
    operation: 'install',
    overrides: {
      awaitReady: async ({ component }) => {
        if (component === 'zookeeper') {
          throw terminal({ type: 'ImagePull', message: 'no such image', where: 'Pod demo/zookeeper-0' });
        }
        return { pods: '1/1 pods ready' };
      },
    },
    children: ['zookeeper'],
  },
  {
    name: 'install-cancel',
    operation: 'install',
    overrides: {
      awaitReady: async ({ component }) =>
        component === 'zookeeper' ? await untilCancelled() : { pods: '1/1 pods ready' },
    },
    cancelAt: 'zookeeper',
    children: ['zookeeper'],
  },
  {
    name: 'verify-success',
    operation: 'verify',
    input: { disruptive: false },
    overrides: { inspectComponent: async () => installed },
    children: ['kafka'],
  },
  {
    name: 'verify-refuted',
    operation: 'verify',
    input: { disruptive: true },
    overrides: {
      inspectComponent: async () => installed,
      runCheck: async () => {
        throw terminal({ type: 'CheckFailed', message: 'lost the nonce' });
      },
    },
    children: ['volumes'],
  },
  { name: 'uninstall-success', operation: 'uninstall', input: { deleteData: false }, children: ['kafka'] },
  {
    name: 'uninstall-stray',
    operation: 'uninstall',
    input: { deleteData: true },
    overrides: { findStrays: async () => ['nifi'] },
    children: ['nifi'],
  },
];

function failingOnce(): NonNullable<Overrides['applyComponent']> {
  let attempts = 0;
  return async () => {
    attempts += 1;
    if (attempts === 1) {
      throw passing({ type: 'ClusterUnreachable', message: 'connection refused' });
    }
    return { revision: 1 };
  };
}

/** Writes the histories of all cases. */
export async function recordHistories(release: string): Promise<void> {
  const environment = await startDevServer();
  try {
    const stage = { environment, workflowBundle: await bundleWorkflows() };
    for (const each of cases) {
      await record(stage, each, `${release}/${each.name}`);
    }
  } finally {
    await environment.teardown();
  }
}

async function record(stage: Stage, each: Case, workflowId: string): Promise<void> {
  const pretended = pretendActivities(each.overrides);
  await withWorker(stage, pretended.activities, async (start) => {
    const handle = await start(each.operation, { plan: plan(skeleton), ...each.input }, workflowId);
    if (each.cancelAt !== undefined) {
      while (pretended.indexOf('awaitReady', each.cancelAt) === -1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await handle.cancel();
    }
    // How it ends is the case's own matter.
    await handle.result().catch(() => undefined);
    for (const id of [workflowId, ...each.children.map((child) => `${workflowId}/${child}`)]) {
      await save(stage.environment.client.workflow.getHandle(id));
    }
  });
}

/** Under the workflow's ID, which replay needs: the IDs of children follow from it. */
async function save(handle: WorkflowHandle): Promise<void> {
  const history = JSON.parse(historyToJSON(await handle.fetchHistory())) as unknown;
  const file = join(historiesFolder, `${handle.workflowId}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(anonymous(history), null, 1)}\n`);
}

/** Without the names and folders of the machine that recorded it, which replay does not need. */
function anonymous(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(anonymous);
  }
  if (typeof value === 'string') {
    return value.replace(/^\d+@.*/, 'recorder');
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).filter(([key]) => key !== 'stackTrace');
  return Object.fromEntries(entries.map(([key, member]) => [key, anonymous(member)]));
}
