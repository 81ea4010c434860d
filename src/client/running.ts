/**
 * The operation that runs, as the server knows it.
 *
 * @module
 */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { OperationKind } from '../stack/operation-types.js';
import { watchMemo } from '../stack/watch-types.js';
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

/** The operation that runs under this ID now, undefined if none does. */
export async function findRunning(client: Client, id: string): Promise<RunningOperation | undefined> {
  try {
    const description = await client.workflow.getHandle(id).describe();
    if (description.status.name !== 'RUNNING') {
      return undefined;
    }
    const key = description.memo?.['requestKey'];
    return {
      id,
      runId: description.runId,
      kind: kindOf(description.type),
      startedAt: description.startTime,
      requestKey: typeof key === 'string' ? key : undefined,
      watch: description.memo?.[watchMemo] === true,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return undefined;
    }
    throw error;
  }
}

function kindOf(workflowType: string): OperationKind {
  for (const kind of ['install', 'verify', 'uninstall'] as const) {
    if (workflowOf[kind] === workflowType) {
      return kind;
    }
  }
  throw new Error(`unexpected workflow type ${workflowType} under the ID of an operation`);
}
