/**
 * Watches a running operation.
 *
 * @module
 */
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';

import type { Heartbeat } from '../activities/contract.js';
import type { ComponentState, OperationState } from '../stack/operation/operation-types.js';
import { isActive, isSettled } from '../stack/operation/phases.js';
import { ask, isUnanswered } from './ask.js';
import { componentWorkflowId } from './naming.js';
import { componentStateQuery, stateQuery } from '../stack/operation/messages.js';

/** An operation that is looked at: a workflow and its run. */
export interface Followed {
  readonly handle: WorkflowHandle;
  readonly runId: string;
}

export interface FollowOptions {
  /** Milliseconds between two looks. */
  readonly interval?: number;
  /** Milliseconds that one question may take. */
  readonly patience?: number;
  /** Told when no worker has answered for so many milliseconds. */
  readonly onUnanswered?: (milliseconds: number) => void;
}

/** Components that are asked for more than the operation knows of them: as many as a screen shows at work. */
const mostAsked = 16;

/** Of the time, the share in which an operation is asked: what answers is what works. */
const share = 0.2;

/**
 * Snapshots of an operation until it ends, one an interval. The last one may be older than the end: take the final
 * state from its outcome.
 *
 * @throws what the server answers, other than that no worker is there to answer now
 */
export async function* follow(
  client: Client,
  followed: Followed,
  { interval = 500, patience = 5_000, onUnanswered }: FollowOptions = {},
): AsyncGenerator<OperationState> {
  const watch = watchEnd(followed.handle);
  let answeredAt = performance.now();
  while (!watch.ended) {
    const asked = performance.now();
    const state = await snapshot(client, followed, patience);
    const took = performance.now() - asked;
    if (state === undefined) {
      onUnanswered?.(performance.now() - answeredAt);
    } else {
      answeredAt = performance.now();
      yield state;
    }
    await Promise.race([sleep(Math.max(interval, took / share - took)), watch.end]);
  }
}

/**
 * One look at a running operation.
 *
 * @param patience - milliseconds that one question may take
 * @returns undefined if nobody can answer now
 */
export async function snapshot(
  client: Client,
  followed: Followed,
  patience: number,
): Promise<OperationState | undefined> {
  const state = await ask(client, followed.handle, stateQuery, patience);
  return state === undefined ? undefined : withChildren(client, followed, state, patience);
}

/** The result itself, and why there is none, is the business of the outcome. */
function watchEnd(handle: WorkflowHandle): { readonly end: Promise<void>; ended: boolean } {
  const watch = { ended: false, end: Promise.resolve() };
  const close = (): void => {
    watch.ended = true;
  };
  watch.end = handle.result().then(close, close);
  return watch;
}

async function withChildren(
  client: Client,
  { handle, runId }: Followed,
  state: OperationState,
  patience: number,
): Promise<OperationState> {
  const working = new Set(state.components.filter(({ phase }) => isActive(phase)).slice(0, mostAsked));
  const components = await Promise.all(
    state.components.map(async (component) => {
      if (!working.has(component)) return component;
      const child = client.workflow.getHandle(componentWorkflowId(handle.workflowId, component.name));
      const described = await describeChild(child, runId);
      if (described === undefined) return component;
      const answer = await ask(client, child, componentStateQuery, patience);
      const detail = await activityDetail(client, described);
      return { ...latest(component, answer), ...(detail === undefined ? {} : { detail }) };
    }),
  );
  return { ...state, components };
}

/**
 * What a component's workflow says of it. One that has ended may be an earlier attempt, or not the last of the operation: what
 * becomes of the component is for the operation to say.
 */
function latest(component: ComponentState, answer: ComponentState | undefined): ComponentState {
  if (answer === undefined || isSettled(answer.phase)) return component;
  return { ...answer, milliseconds: Math.max(component.milliseconds, answer.milliseconds) };
}

type Description = Pick<WorkflowExecutionDescription, 'raw'>;

/** A component's workflow; undefined if nobody can tell now, or if it is that of an operation before this one. */
async function describeChild(child: WorkflowHandle, parentRun: string): Promise<Description | undefined> {
  try {
    const description = await child.describe();
    const { parentExecution } = description.raw.workflowExecutionInfo ?? {};
    return parentExecution?.runId === parentRun ? description : undefined;
  } catch (error) {
    if (isUnanswered(error)) return undefined;
    throw error;
  }
}

/** What the running activity said last, e.g. `2/3 pods ready`; of one that is tried again also how often, and why. */
async function activityDetail(client: Client, { raw }: Description): Promise<string | undefined> {
  const [pending] = raw.pendingActivities ?? [];
  const { loadedDataConverter } = client.options;
  const beats = await decodeArrayFromPayloads(loadedDataConverter, pending?.heartbeatDetails?.payloads);
  const said = (beats[0] as Heartbeat | undefined)?.detail;
  const attempt = pending?.attempt ?? 1;
  if (attempt <= 1) return said;
  const why = pending?.lastFailure?.message ? `, after: ${pending.lastFailure.message}` : '';
  return `attempt ${attempt}${why}${said === undefined ? '' : `; ${said}`}`;
}
