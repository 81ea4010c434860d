/**
 * Records the histories that replays are made from: `BIGDATA_RECORD_HISTORIES=0.1.0 npx vitest run --project replay`.
 *
 * Done for every new release and every new case; what was recorded is never written again.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { retryable, nonRetryable } from '../../src/activities/failures.js';
import { type Decision } from '../../src/stack/operation/decisions.js';
import { decideUpdate } from '../../src/stack/operation/messages.js';
import type { OperationKind, OperationState } from '../../src/stack/operation/operation-types.js';
import { isUntried } from '../../src/stack/operation/phases.js';
import type { PlannedComponent } from '../../src/stack/plan/plan-types.js';
import type { WatchInput } from '../../src/stack/operation/watch-types.js';
import type { UnlistedRelease } from '../../src/stack/plan/unlisted.js';
import { bundleWorkflows } from '../support/bundle.js';
import { type Start, starterOf, withWorker } from '../support/operations.js';
import { plan, plannedComponent, skeleton } from '../support/plans.js';
import {
  type Overrides,
  type PretendedActivities,
  pretendActivities,
  untilCancelled,
} from '../support/pretended-activities.js';
import type { Stage } from '../support/stage.js';
import { startDevServer } from '../support/test-server.js';
import { historiesFolder, isRecorded } from './histories.js';

interface Case {
  readonly name: string;
  readonly operation: OperationKind;
  /** True if it is begun by a look of the watch, which is kept; the operation itself is its child `operation`. */
  readonly watch?: true;
  readonly input?: object;
  /** Components of the plan that come in arguments of their own. */
  readonly more?: readonly PlannedComponent[][];
  readonly overrides?: Overrides;
  /** Component that is being waited for when the operation is cancelled. */
  readonly cancelAt?: string;
  /** Component whose readiness is being waited for when the worker dies; another one goes on. */
  readonly workerDiesAt?: string;
  /** Taken one after the other, each when the operation waits for one. */
  readonly decisions?: readonly Decision[];
  /** Components whose own histories are kept, too. */
  readonly children: readonly string[];
}

const installed = {
  state: 'same-proven',
  revision: 1,
  checks: [],
  provenAt: '2026-01-01T00:00:00.000Z',
} as const;

const fixed = {
  ...plannedComponent('zookeeper', { needs: ['volumes'] }),
  values: { replicas: 1 },
  digest: 'sha256:fixed',
};

const imagePull = { type: 'ImagePull' as const, message: 'no such image', where: 'Pod demo/zookeeper-0' };

const zookeeperFails: Overrides = {
  awaitReady: async ({ component }) => {
    if (component === 'zookeeper') {
      throw nonRetryable(imagePull);
    }
    return { pods: '1/1 pods ready' };
  },
};

const sentinel = { records: '3 records', write: 'write', read: 'read', remove: 'remove' };

/** A store that is upgraded, and a front that stands on it. */
const upgrade = {
  plan: plan(
    {},
    {
      components: [plannedComponent('store', { sentinel }), plannedComponent('front', { needs: ['store'] })],
    },
  ),
};

const upgraded: Overrides = {
  inspectComponent: async ({ component }) => ({
    state: 'different',
    revision: 1,
    status: 'deployed',
    before: {
      digest: `sha256:old ${component}`,
      version: '0.9.0',
      revision: 1,
      hooks: plannedComponent(component, { sentinel }),
      running: true,
      sentinelWritten: false,
    },
  }),
};

/** Its check fails in the revision that is new. */
function storeFails(): Overrides {
  let isRolledBack = false;
  return {
    ...upgraded,
    rollBackComponent: async () => {
      isRolledBack = true;
      return { revision: 3 };
    },
    runCheck: async ({ component, check }) => {
      if (component === 'store' && check.name === 'works' && !isRolledBack) {
        throw nonRetryable({ type: 'CheckFailed', message: 'lost the nonce' });
      }
      return { name: check.name, proves: check.proves, facts: {}, milliseconds: 5 };
    },
  };
}

/** Livy was installed upon Spark. */
const unlisted: readonly UnlistedRelease[] = [
  { release: 'livy', removal: { needs: ['spark'], timeout: 60_000 } },
  { release: 'spark', removal: { needs: [], timeout: 60_000, claims: 'app=spark' } },
];

const cases: readonly Case[] = [
  { name: 'install-success', operation: 'install', children: ['kafka'] },
  {
    name: 'install-pieces',
    operation: 'install',
    more: [
      [plannedComponent('nifi', { needs: ['zookeeper'] })],
      [plannedComponent('hdfs', { needs: ['nifi'] })],
    ],
    children: [],
  },
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
    overrides: zookeeperFails,
    children: ['zookeeper'],
  },
  {
    name: 'install-decision-retry',
    operation: 'install',
    input: { onFailure: 'wait' },
    overrides: fixedByValues(),
    decisions: [
      { decision: 'retry', component: 'zookeeper' },
      {
        decision: 'retry',
        component: 'zookeeper',
        plan: { stack: 'demo', namespace: 'demo', component: fixed },
      },
    ],
    children: ['zookeeper'],
  },
  {
    name: 'install-decision-skip',
    operation: 'install',
    input: { onFailure: 'wait' },
    overrides: zookeeperFails,
    decisions: [{ decision: 'skip', component: 'zookeeper' }],
    children: [],
  },
  {
    name: 'install-decision-abort',
    operation: 'install',
    input: { onFailure: 'wait' },
    overrides: zookeeperFails,
    decisions: [{ decision: 'abort' }],
    children: [],
  },
  {
    name: 'install-worker-died',
    operation: 'install',
    workerDiesAt: 'zookeeper',
    children: ['zookeeper', 'minio'],
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
    name: 'upgrade-sentinel',
    operation: 'install',
    input: upgrade,
    overrides: upgraded,
    // The store's last workflow is the one that settles its sentinel.
    children: ['store', 'front'],
  },
  {
    name: 'upgrade-sentinel-lost',
    operation: 'install',
    input: upgrade,
    overrides: {
      ...upgraded,
      runCheck: async ({ check }) => {
        if (check.name === 'sentinel-read') {
          throw nonRetryable({ type: 'CheckFailed', message: '2 of 3 records are gone' });
        }
        return { name: check.name, proves: check.proves, facts: {}, milliseconds: 5 };
      },
    },
    children: ['store'],
  },
  {
    name: 'upgrade-rollback',
    operation: 'install',
    input: { ...upgrade, onFailure: 'rollback' },
    overrides: storeFails(),
    children: ['store'],
  },
  {
    name: 'upgrade-rollback-failure',
    operation: 'install',
    input: { ...upgrade, onFailure: 'rollback' },
    overrides: {
      ...storeFails(),
      rollBackComponent: async () => {
        throw nonRetryable({ type: 'RevisionGone', message: 'Helm does not remember revision 1' });
      },
    },
    children: ['store'],
  },
  {
    name: 'rollback-by-hand',
    operation: 'rollback',
    input: {
      ...upgrade,
      component: 'store',
      revision: 1,
      from: { digest: 'sha256:new store', version: '2.0.0' },
    },
    overrides: {
      ...upgraded,
      inspectComponent: async (input) =>
        input.component === 'store'
          ? ((await upgraded.inspectComponent?.(input)) ?? { state: 'absent' })
          : { state: 'dependencies-changed', revision: 1 },
      rollBackComponent: async () => ({ revision: 3 }),
    },
    // The store's last workflow is the one that settles its sentinel.
    children: ['store', 'front'],
  },
  {
    name: 'install-unlisted',
    operation: 'install',
    input: { unlisted: 'remove' },
    overrides: { findUnlisted: async () => unlisted },
    children: ['livy'],
  },
  {
    name: 'install-unlisted-blocked',
    operation: 'install',
    input: { unlisted: 'remove', onFailure: 'wait' },
    overrides: { ...zookeeperFails, findUnlisted: async () => unlisted },
    decisions: [{ decision: 'skip', component: 'zookeeper' }],
    children: [],
  },
  {
    name: 'install-unlisted-failure',
    operation: 'install',
    input: { unlisted: 'remove' },
    overrides: {
      findUnlisted: async () => unlisted,
      removeComponent: async () => {
        throw nonRetryable({ type: 'RemoveTimeout', message: 'a pod is still there' });
      },
    },
    children: [],
  },
  {
    name: 'uninstall-unlisted-in-order',
    operation: 'uninstall',
    input: { deleteData: true },
    overrides: { findUnlisted: async () => unlisted },
    children: [],
  },
  {
    name: 'verify-success',
    operation: 'verify',
    input: { disruptive: false },
    overrides: { inspectComponent: async () => installed },
    children: ['kafka'],
  },
  {
    name: 'install-drift-kept',
    operation: 'install',
    input: { drift: 'keep' },
    overrides: {
      inspectComponent: async () => ({
        state: 'same-unproven',
        revision: 1,
        missing: 'planned fields of Service/kafka',
        gone: false,
        drifted: true,
      }),
    },
    children: ['kafka'],
  },
  {
    name: 'install-untried',
    operation: 'install',
    input: { onFailure: 'wait' },
    overrides: {
      runCheck: async () => {
        throw nonRetryable({ type: 'CheckUntried', message: 'no room' });
      },
    },
    decisions: [{ decision: 'abort' }],
    children: [],
  },
  {
    name: 'verify-refuted',
    operation: 'verify',
    input: { disruptive: true },
    overrides: {
      inspectComponent: async () => installed,
      runCheck: async () => {
        throw nonRetryable({ type: 'CheckFailed', message: 'lost the nonce' });
      },
    },
    children: ['volumes'],
  },
  {
    name: 'watch-repaired',
    operation: 'install',
    watch: true,
    overrides: {
      inspectComponent: async ({ component }) =>
        component === 'kafka'
          ? { state: 'same-unproven', revision: 1, missing: 'Service/kafka', gone: true }
          : installed,
    },
    children: ['operation'],
  },
  { name: 'uninstall-success', operation: 'uninstall', input: { deleteData: false }, children: ['kafka'] },
  {
    name: 'uninstall-unlisted',
    operation: 'uninstall',
    input: { deleteData: true },
    overrides: { findUnlisted: async () => ['nifi'] },
    children: ['nifi'],
  },
];

/** What a look of the watch takes. */
function watchInput(workflowId: string): WatchInput {
  const keys = { install: 'install', verify: 'verify' };
  return { plan: plan(skeleton), operation: `${workflowId}/operation`, repair: true, keys };
}

function failingOnce(): NonNullable<Overrides['applyComponent']> {
  let attempts = 0;
  return async () => {
    attempts += 1;
    if (attempts === 1) {
      throw retryable({ type: 'ClusterUnreachable', message: 'connection refused' });
    }
    return { revision: 1 };
  };
}

/** ZooKeeper fails until it is applied with the values that fix it. */
function fixedByValues(): Overrides {
  let isFixed = false;
  return {
    applyComponent: async ({ component: { name, digest } }) => {
      isFixed ||= name === 'zookeeper' && digest === fixed.digest;
      return { revision: 1 };
    },
    awaitReady: async ({ component }) => {
      if (component === 'zookeeper' && !isFixed) {
        throw nonRetryable(imagePull);
      }
      return { pods: '1/1 pods ready' };
    },
  };
}

/** Writes the histories of all cases that have none. */
export async function recordHistories(release: string): Promise<void> {
  const environment = await startDevServer();
  try {
    const stage = { environment, workflowBundle: await bundleWorkflows(), inThread: true };
    for (const each of cases) {
      const workflowId = `${release}/${each.name}`;
      if (!(await isRecorded(workflowId))) {
        await record(stage, each, workflowId);
      }
    }
  } finally {
    await environment.teardown();
  }
}

async function record(stage: Stage, each: Case, workflowId: string): Promise<void> {
  const pretended = pretendActivities(each.overrides);
  const taskQueue = `record-${each.name}`;
  const startIt = async (start: Start) =>
    each.watch
      ? await stage.environment.client.workflow.start('watchStack', {
          taskQueue,
          workflowId,
          args: [watchInput(workflowId)],
        })
      : await start(each.operation, { plan: plan(skeleton), ...each.input }, workflowId, each.more);
  const begun = each.workerDiesAt && (await beginAndDie(stage, each.workerDiesAt, taskQueue, startIt));
  const work = async (start: Start) => {
    const handle = begun || (await startIt(start));
    if (each.cancelAt !== undefined) {
      await untilReadying(pretended, each.cancelAt);
      await handle.cancel();
    }
    for (const decision of each.decisions ?? []) {
      await untilWaiting(handle);
      await handle.executeUpdate(decideUpdate, { args: [decision] });
    }
    // How it ends is the case's own matter.
    await handle.result().catch(() => undefined);
    for (const id of [workflowId, ...each.children.map((child) => `${workflowId}/${child}`)]) {
      await save(stage.environment.client.workflow.getHandle(id));
    }
  };
  await withWorker(stage, pretended.activities, work, taskQueue);
}

/** Starts the operation with a worker in a process of its own, and kills that. */
async function beginAndDie(
  { environment, workflowBundle }: Stage,
  component: string,
  taskQueue: string,
  startIt: (start: Start) => Promise<WorkflowHandle>,
): Promise<WorkflowHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-record-'));
  const code = join(folder, 'workflows.js');
  await writeFile(code, workflowBundle.code);
  const program = join(import.meta.dirname, 'fixtures', 'doomed-worker.mjs');
  const doomed = spawn(process.execPath, [program, environment.address, taskQueue, code, component], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const handle = await startIt(starterOf(environment, taskQueue));
    await once(doomed.stdout, 'data');
    return handle;
  } finally {
    doomed.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
}

async function untilReadying({ indexOf }: PretendedActivities, component: string): Promise<void> {
  while (indexOf('awaitReady', component) === -1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function untilWaiting(handle: WorkflowHandle): Promise<void> {
  for (;;) {
    const { waitsForDecision, components } = await handle.query<OperationState>('state');
    if (waitsForDecision || components.some(({ phase, cause }) => phase === 'deciding' && isUntried(cause)))
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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
