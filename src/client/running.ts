/**
 * The operation that runs, and the one that ran last, as the server knows them.
 *
 * @module
 */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { OperationKind } from '../stack/operation/operation-types.js';
import { watchMemo } from '../stack/operation/watch-types.js';
import { workflowOf } from './request.js';

/** What the server remembers of a running operation. */
export interface RunningOperation {
  readonly id: string;
  readonly runId: string;
  readonly kind: OperationKind;
  readonly startedAt: Date;
  readonly requestKey: string | undefined;
  /** True if no person asked for it, but the watch. */
  readonly watch: boolean;
}

/** What the server remembers of an operation that has ended. */
export interface EndedOperation {
  readonly id: string;
  readonly runId: string;
  readonly kind: OperationKind;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** The operation that runs under this ID now, undefined if none does. */
export async function findRunning(client: Client, id: string): Promise<RunningOperation | undefined> {
  return (await findNewest(client, id)).running;
}

/** The newest operation under this ID: it runs, or has ended; neither if the server knows none. */
export async function findNewest(
  client: Client,
  id: string,
): Promise<{ readonly running?: RunningOperation; readonly ended?: EndedOperation }> {
  const description = await describe(client, id);
  if (description === undefined) return {};
  const { runId, type, startTime: startedAt, closeTime: endedAt, memo } = description;
  const operation = { id, runId, kind: kindOf(type), startedAt };
  if (description.status.name !== 'RUNNING') return endedAt ? { ended: { ...operation, endedAt } } : {};
  const key = memo?.['requestKey'];
  const requestKey = typeof key === 'string' ? key : undefined;
  return { running: { ...operation, requestKey, watch: memo?.[watchMemo] === true } };
}

async function describe(client: Client, id: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(id).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function kindOf(workflowType: string): OperationKind {
  for (const kind of Object.keys(workflowOf) as OperationKind[]) {
    if (workflowOf[kind] === workflowType) {
      return kind;
    }
  }
  throw new Error(`unexpected workflow type ${workflowType} under the ID of an operation`);
}
