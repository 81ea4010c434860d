/**
 * Starts an operation, or attaches to the one that runs.
 *
 * @module
 */
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';

import type { OperationKind } from '../stack/operation/operation-types.js';
import { operationBusy } from './busy.js';
import { operationId, taskQueue } from './naming.js';
import { argumentsOf, requestKey, workflowOf } from './request.js';
import type { OperationRequest, OperationWorkflow } from './request.js';
import { type RunningOperation, findRunning } from './running.js';
import { asksForTheSame } from './same-request.js';

/** An operation that runs, or ran. */
export interface Operation {
  readonly id: string;
  readonly runId: string;
  readonly kind: OperationKind;
  readonly startedAt: Date;
  /** True if it was running before it was asked for. */
  readonly attached: boolean;
  readonly handle: WorkflowHandle<OperationWorkflow>;
}

/** Characters of the line that stands for an operation in the Web UI. */
const longestSummary = 250;

/** Attempts to start between an operation that is seen running and one that is gone on the second look. */
const attempts = 5;

/**
 * Starts the operation on the one workflow ID of its cluster and namespace. If the same request is running already,
 * attaches to it.
 *
 * @param clusterUid - UID of the cluster's `kube-system` namespace
 * @throws UserError with exit code `busy` if another request is running
 */
export async function startOrAttach(
  client: Client,
  clusterUid: string,
  request: OperationRequest,
): Promise<Operation> {
  const { plan } = request.input;
  const id = operationId(clusterUid, plan.namespace);
  const key = requestKey(request);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      const handle = await client.workflow.start<OperationWorkflow>(workflowOf[request.operation], {
        workflowId: id,
        taskQueue: taskQueue(clusterUid),
        args: argumentsOf(request.input),
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        memo: { requestKey: key },
        staticSummary: summaryOf(request),
      });
      return {
        id,
        runId: handle.firstExecutionRunId,
        kind: request.operation,
        startedAt: new Date(),
        attached: false,
        handle,
      };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
        throw error;
      }
    }
    const running = await findRunning(client, id);
    if (running !== undefined) {
      if (await asksForTheSame(client, running, request)) {
        return attachTo(client, running);
      }
      if (!givesWay(running)) throw await operationBusy(client, running, request);
      await end(client, running);
    }
  }
  throw new Error(`the operation ${id} starts and ends faster than it can be attached to`);
}

/** Whether a person need not wait for its end: it was begun by the watch, and changes nothing. */
function givesWay({ watch, kind }: RunningOperation): boolean {
  return watch && kind === 'verify';
}

/** Cancels an operation and waits until its checks are stopped and gone. */
async function end(client: Client, { id, runId }: RunningOperation): Promise<void> {
  const handle = client.workflow.getHandle(id, runId);
  await handle.cancel();
  try {
    await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
  }
}

/** A handle on a running operation, for following it. */
export function attachTo(client: Client, running: RunningOperation): Operation {
  const { id, runId, kind, startedAt } = running;
  return {
    id,
    runId,
    kind,
    startedAt,
    attached: true,
    handle: client.workflow.getHandle<OperationWorkflow>(id, runId),
  };
}

function summaryOf({ operation, input: { plan } }: OperationRequest): string {
  const { stack, components } = plan;
  const text = `${operation} ${stack}: ${components.map(({ name }) => name).join(', ')}`;
  return text.length <= longestSummary
    ? text
    : `${text.slice(0, longestSummary)}… (${components.length} components)`;
}
