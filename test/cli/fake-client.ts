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
import {
  type LoadedDataConverter,
  defaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';

import type { Decision, TakenDecision } from '../../src/stack/operation/decisions.js';
import type { ComponentState, OperationState } from '../../src/stack/operation/operation-types.js';

const loadedDataConverter: LoadedDataConverter = {
  payloadConverter: defaultPayloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [],
};

export interface FakeWorkflow {
  /** Memo and type of the operation that runs already; absent if none does. */
  readonly running?: { readonly type: string; readonly requestKey: string; readonly startTime: Date };
  /** The operation that ran last; one that is started here ends when `result` does. */
  readonly ended?: { readonly type: string; readonly startTime: Date; readonly closeTime: Date };
  /** What the operation returns, or rejects with. */
  readonly result?: () => Promise<OperationState>;
  /** What the query `state` answers: the same always, or each for one look, the last for ever. */
  readonly state?: OperationState;
  readonly states?: readonly OperationState[];
  /** What the workflow of each component answers, and the run of the operation that it is part of. */
  readonly child?: { readonly state: ComponentState; readonly parentRun: string };
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
  const {
    running,
    ended,
    result,
    state,
    child,
    digests,
    decide = async () => ({ changed: false }),
  } = workflow;
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
    query: async ({ name }: { name: string }) => {
      const answers: Record<string, () => unknown> = {
        state: () => next(states),
        digests: () => digests,
        componentState: () => child?.state,
      };
      const answer = answers[name]?.();
      if (answer === undefined) {
        throw new WorkflowNotFoundError('no such workflow', workflowId, undefined);
      }
      return answer;
    },
    executeUpdate: async (_: object, { args: [decision] }: { args: [Decision] }) => {
      decided.push(decision);
      return decide(decision);
    },
    describe: async () => {
      if (workflowId.includes('/')) {
        if (child === undefined) throw new WorkflowNotFoundError('no such workflow', workflowId, undefined);
        return { raw: { workflowExecutionInfo: { parentExecution: { runId: child.parentRun } } } };
      }
      const [own] = started;
      const closed = own ? { type: own.type, startTime: new Date(0), closeTime: new Date(1_234) } : ended;
      if (running === undefined && closed !== undefined) {
        return { status: { name: 'COMPLETED' }, ...closed, runId: 'run-1' };
      }
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
    options: { loadedDataConverter },
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
