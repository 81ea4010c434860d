/**
 * As much of Temporal's client as starting and following an operation needs.
 *
 * @module
 */
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';

import type { OperationState } from '../../src/stack/operation-types.js';

export interface FakeWorkflow {
  /** Memo and type of the operation that runs already; absent if none does. */
  readonly running?: { readonly type: string; readonly requestKey: string; readonly startTime: Date };
  /** What the operation returns, or rejects with. */
  readonly result?: () => Promise<OperationState>;
  /** What the query `state` answers. */
  readonly state?: OperationState;
}

export interface FakeClient {
  readonly client: Client;
  readonly started: { readonly type: string; readonly options: Record<string, unknown> }[];
}

export function fakeClient({ running, result, state }: FakeWorkflow): FakeClient {
  const started: FakeClient['started'] = [];
  const handle = (workflowId: string): object => ({
    workflowId,
    firstExecutionRunId: 'run-1',
    result: result ?? (async () => state),
    query: async (name: string) => {
      if (name !== 'state' || state === undefined) {
        throw new WorkflowNotFoundError('no such workflow', workflowId, undefined);
      }
      return state;
    },
    describe: async () => {
      if (running === undefined) {
        throw new WorkflowNotFoundError('no such workflow', workflowId, undefined);
      }
      const { type, requestKey, startTime } = running;
      return { status: { name: 'RUNNING' }, type, startTime, runId: 'run-0', memo: { requestKey } };
    },
  });
  const client = {
    workflow: {
      start: async (type: string, options: Record<string, unknown>) => {
        if (running !== undefined) {
          throw new WorkflowExecutionAlreadyStartedError(
            'already started',
            String(options['workflowId']),
            type,
          );
        }
        started.push({ type, options });
        return handle(String(options['workflowId']));
      },
      getHandle: handle,
    },
    withDeadline: async <Value>(_: number, work: () => Promise<Value>) => work(),
  };
  return { client: client as unknown as Client, started };
}
