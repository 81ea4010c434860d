/**
 * What Temporal knows of a stack's operations: histories, and what runs now.
 *
 * @module
 */
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

import { snapshot } from '../client/follow.js';
import { childrenOf, fetchHistory } from '../client/histories.js';
import { operationId } from '../client/naming.js';
import { outcomeOf } from '../client/outcome.js';
import { workflowOf } from '../client/request.js';
import type { OperationState } from '../stack/operation/operation-types.js';
import type { Bundle } from './bundle.js';

/** Which operations; whatever is left out may be anything. */
export interface OperationFilter {
  readonly namespace?: string;
  /** UID of `kube-system`. */
  readonly clusterUid?: string;
}

/** The newest operation. */
export interface LastOperation {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly status: string;
  readonly startedAt: string;
  /** Where its components stand; undefined if nobody can tell now. */
  readonly state?: OperationState;
}

/** Operations of which the histories are kept. */
const operationsKept = 5;

/** Milliseconds that a running operation gets to tell where it stands. */
const patience = 3_000;

/** @returns the newest operation, undefined if there was none */
export async function collectOperations(
  client: Client,
  filter: OperationFilter,
  bundle: Bundle,
): Promise<LastOperation | undefined> {
  const runs = await newestRuns(client, filter);
  for (const [index, run] of runs.entries()) {
    const kind = Object.entries(workflowOf).find(([, type]) => type === run.type)?.[0] ?? run.type;
    const folder = `histories/${index + 1}-${kind}`;
    await bundle.attempt(`the histories of ${run.workflowId}, run ${run.runId}`, () =>
      collectRun(client, run, folder, bundle),
    );
  }
  const [last] = runs;
  if (last === undefined) {
    return undefined;
  }
  const state = await bundle.attempt('the state of the last operation', () => stateOf(client, last));
  const { workflowId, runId, type, status, startTime } = last;
  return {
    workflowId,
    runId,
    type,
    status: status.name,
    startedAt: startTime.toISOString(),
    ...(state === undefined ? {} : { state }),
  };
}

async function newestRuns(client: Client, filter: OperationFilter): Promise<WorkflowExecutionInfo[]> {
  const { namespace, clusterUid } = filter;
  const types = Object.values(workflowOf).map((type) => `'${type}'`);
  const wanted = (id: string): boolean =>
    namespace === undefined ||
    (clusterUid === undefined ? id.endsWith(`:${namespace}`) : id === operationId(clusterUid, namespace));
  const runs: WorkflowExecutionInfo[] = [];
  // Temporal lists the newest first.
  for await (const run of client.workflow.list({ query: `WorkflowType IN (${types.join(', ')})` })) {
    if (wanted(run.workflowId)) {
      runs.push(run);
    }
    if (runs.length === operationsKept) {
      break;
    }
  }
  return runs;
}

async function collectRun(
  client: Client,
  { workflowId, runId }: WorkflowExecutionInfo,
  folder: string,
  bundle: Bundle,
): Promise<void> {
  const history = await fetchHistory(client, workflowId, runId);
  if (history === undefined) {
    bundle.missing(`the history of ${workflowId}`, 'Temporal no longer has it');
    return;
  }
  bundle.addHistory(`${folder}/operation.json`, historyToJSON(history));
  await collectDescription(client, workflowId, runId, `${folder}/operation`, bundle);
  for (const child of childrenOf(history)) {
    const own = await fetchHistory(client, child.workflowId, child.runId);
    const name = child.workflowId.slice(child.workflowId.lastIndexOf('/') + 1);
    if (own !== undefined) {
      bundle.addHistory(`${folder}/components/${name}.json`, historyToJSON(own));
      await collectDescription(client, child.workflowId, child.runId, `${folder}/components/${name}`, bundle);
    }
  }
}

/** What is going on in a workflow now stands in no history: activities' attempts, and what they said last. */
async function collectDescription(
  client: Client,
  workflowId: string,
  runId: string,
  path: string,
  bundle: Bundle,
): Promise<void> {
  const { status, raw } = await client.workflow.getHandle(workflowId, runId).describe();
  if (status.name !== 'RUNNING') {
    return;
  }
  const { loadedDataConverter } = client.options;
  const pending = await Promise.all(
    (raw.pendingActivities ?? []).map(async (activity) => ({
      type: activity.activityType?.name,
      attempt: activity.attempt,
      lastWorker: activity.lastWorkerIdentity,
      lastFailure: activity.lastFailure?.message,
      heartbeat: await decodeArrayFromPayloads(loadedDataConverter, activity.heartbeatDetails?.payloads),
    })),
  );
  bundle.addObjects(`${path}.pending.json`, pending);
}

async function stateOf(client: Client, run: WorkflowExecutionInfo): Promise<OperationState | undefined> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  if (run.status.name === 'RUNNING') {
    return snapshot(client, { handle, runId: run.runId }, patience);
  }
  const outcome = await outcomeOf(handle);
  return 'state' in outcome ? outcome.state : undefined;
}
