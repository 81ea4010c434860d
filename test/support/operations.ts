/**
 * Running whole operations on a test server.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import {
  ApplicationFailure,
  WorkflowFailedError,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../src/activities/contract.js';
import { argumentsOf, type OperationRequest, workflowOf } from '../../src/client/request.js';
import { encryptedBy } from '../../src/temporal/connect.js';
import type {
  ComponentState,
  OperationKind,
  OperationState,
} from '../../src/stack/operation/operation-types.js';
import type { PlannedComponent } from '../../src/stack/plan/plan-types.js';
import type { Stage } from './stage.js';

/** Starts an operation. */
export type Start = (
  operation: OperationKind,
  input: object,
  workflowId?: string,
  more?: readonly PlannedComponent[][],
) => Promise<WorkflowHandleWithFirstExecutionRunId>;

/**
 * Runs `work` while a worker with these activities serves a queue, one of its own if none is named. What it starts
 * may be given more components than the plan has, as if that had been too large for one payload.
 */
export async function withWorker<T>(
  { environment, workflowBundle, inThread }: Stage,
  activities: Activities,
  work: (start: Start) => Promise<T>,
  taskQueue = `test-${randomUUID()}`,
  codec?: PayloadCodec,
): Promise<T> {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle,
    activities,
    stickyQueueScheduleToStartTimeout: '1s',
    // A thread of its own loads the SDK once more, which takes most of a short test.
    debugMode: !inThread,
    maxHeartbeatThrottleInterval: '100ms',
    defaultHeartbeatThrottleInterval: '100ms',
    ...encryptedBy(codec),
  });
  return await worker.runUntil(() => work(starterOf(environment, taskQueue)));
}

/** Starts operations on a queue. */
export function starterOf({ client }: Pick<Stage['environment'], 'client'>, taskQueue: string): Start {
  return (operation, input, workflowId = `op-${randomUUID()}`, more = []) =>
    client.workflow.start(workflowOf[operation], {
      taskQueue,
      workflowId,
      args: [...argumentsOf(input as OperationRequest['input']), ...more],
    });
}

/** Runs an operation to its end. */
export async function runOperation(
  stage: Stage,
  activities: Activities,
  operation: OperationKind,
  input: object,
): Promise<{ readonly state: OperationState; readonly failed: boolean; readonly workflowId: string }> {
  return await withWorker(stage, activities, async (start) => {
    const handle = await start(operation, input);
    return { ...(await endOf(handle)), workflowId: handle.workflowId };
  });
}

/** The state in which an operation ended, whether it succeeded or failed. */
export async function endOf(handle: WorkflowHandle): Promise<{ state: OperationState; failed: boolean }> {
  try {
    return { state: (await handle.result()) as OperationState, failed: false };
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    if (cause instanceof ApplicationFailure && cause.type === 'StackFailed') {
      return { state: cause.details?.[0] as OperationState, failed: true };
    }
    throw error;
  }
}

/** The state of one component. */
export function component(state: OperationState, name: string): ComponentState {
  const found = state.components.find((each) => each.name === name);
  if (!found) {
    throw new Error(`there is no component ${name}`);
  }
  return found;
}

/** `name: phase`, in the plan's order. */
export function phases(state: OperationState): Record<string, string> {
  return Object.fromEntries(state.components.map(({ name, phase }) => [name, phase]));
}
