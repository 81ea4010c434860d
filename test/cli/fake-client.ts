/**
 * As much of Temporal's client as starting and following an operation needs.
 *
 * @module
 */
import {
  ScheduleNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Client } from '@temporalio/client';

import type { Decision, TakenDecision } from '../../src/stack/decisions.js';
import type { OperationState } from '../../src/stack/operation-types.js';

export interface FakeWorkflow {
  /** Memo and type of the operation that runs already; absent if none does. */
  readonly running?: { readonly type: string; readonly requestKey: string; readonly startTime: Date };
  /** What the operation returns, or rejects with. */
  readonly result?: () => Promise<OperationState>;
  /** What the query `state` answers: the same always, or each for one look, the last for ever. */
  readonly state?: OperationState;
  readonly states?: readonly OperationState[];
  /** What the query `digests` answers. */
  readonly digests?: Readonly<Record<string, string>>;
  /** What becomes of a decision. */
  readonly decide?: (decision: Decision) => Promise<TakenDecision>;
}

export interface FakeClient {
  readonly client: Client;
  readonly decided: Decision[];
  /** IDs of the workflows that were cancelled. */
  readonly cancelled: string[];
  readonly started: { readonly type: string; readonly options: Record<string, unknown> }[];
}

export function fakeClient(workflow: FakeWorkflow): FakeClient {
  const { running, result, state, digests, decide = async () => ({ changed: false }) } = workflow;
  const started: FakeClient['started'] = [];
  const decided: Decision[] = [];
  const cancelled: string[] = [];
  const states = [...(workflow.states ?? (state === undefined ? [] : [state]))];
  const handle = (workflowId: string): object => ({
    workflowId,
    client: { withDeadline },
    cancel: async () => cancelled.push(workflowId),
    firstExecutionRunId: 'run-1',
    result: result ?? (async () => state),
    query: async (name: string) => {
      const answer = name === 'state' ? next(states) : name === 'digests' ? digests : undefined;
      if (answer === undefined) {
        throw new WorkflowNotFoundError('no such workflow', workflowId, undefined);
      }
      return answer;
    },
    executeUpdate: async (_: string, { args: [decision] }: { args: [Decision] }) => {
      decided.push(decision);
      return decide(decision);
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
    schedule: {
      getHandle: (id: string) => {
        const absent = async (): Promise<never> => {
          throw new ScheduleNotFoundError('no such schedule', id);
        };
        return { describe: absent, delete: absent };
      },
    },
    withDeadline,
  };
  return { client: client as unknown as Client, started, cancelled, decided };
}

function withDeadline<Value>(_: number, work: () => Promise<Value>): Promise<Value> {
  return work();
}

/** The last one stays. */
function next<Item>(items: Item[]): Item | undefined {
  return items.length > 1 ? items.shift() : items[0];
}
