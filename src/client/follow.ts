/**
 * Watches a running operation.
 *
 * @module
 */
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Client, WorkflowHandle } from '@temporalio/client';

import type { Heartbeat } from '../activities/contract.js';
import type { ComponentState, OperationState, Phase } from '../stack/operation-types.js';
import { ask, isUnanswered } from './ask.js';
import { componentWorkflowId } from './naming.js';

export interface FollowOptions {
  /** Milliseconds between two looks. */
  readonly interval?: number;
  /** Milliseconds that one question may take. */
  readonly patience?: number;
  /** Told when no worker has answered for so many milliseconds. */
  readonly onSilence?: (milliseconds: number) => void;
}

/** Components that are asked for more than the operation knows of them: as many as a screen shows at work. */
const mostAsked = 16;

/** Of the time, the share in which an operation is asked: what answers is what works. */
const share = 0.2;

/** Phases in which a component has a child workflow that can be asked. */
const active: ReadonlySet<Phase> = new Set([
  'inspecting',
  'applying',
  'readying',
  'checking',
  'rolling-back',
  'removing',
]);

/**
 * Snapshots of an operation until it ends, one an interval. The last one may be older than the end: take the final
 * state from its outcome.
 *
 * @throws what the server answers, other than that no worker is there to answer now
 */
export async function* follow(
  client: Client,
  handle: WorkflowHandle,
  { interval = 500, patience = 5_000, onSilence }: FollowOptions = {},
): AsyncGenerator<OperationState> {
  const watch = watchEnd(handle);
  let answeredAt = Date.now();
  while (!watch.ended) {
    const asked = performance.now();
    const state = await snapshot(client, handle, patience);
    const took = performance.now() - asked;
    if (state === undefined) {
      onSilence?.(Date.now() - answeredAt);
    } else {
      answeredAt = Date.now();
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
  handle: WorkflowHandle,
  patience: number,
): Promise<OperationState | undefined> {
  const state = await ask<OperationState>(client, handle, 'state', patience);
  return state === undefined ? undefined : withChildren(client, handle.workflowId, state, patience);
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
  id: string,
  state: OperationState,
  patience: number,
): Promise<OperationState> {
  const working = new Set(state.components.filter(({ phase }) => active.has(phase)).slice(0, mostAsked));
  const components = await Promise.all(
    state.components.map(async (component) => {
      if (!working.has(component)) return component;
      const child = client.workflow.getHandle(componentWorkflowId(id, component.name));
      const answer = await ask<ComponentState>(client, child, 'componentState', patience);
      // One that has failed may be an earlier attempt, and what becomes of it is for the operation to say.
      const own = answer === undefined || answer.phase === 'failed' ? component : answer;
      const detail = await activityDetail(client, child);
      return detail === undefined ? own : { ...own, detail };
    }),
  );
  return { ...state, components };
}

/** What the running activity said last, e.g. `2/3 pods ready`; of one that is tried again also how often, and why. */
async function activityDetail(client: Client, child: WorkflowHandle): Promise<string | undefined> {
  try {
    const { raw } = await child.describe();
    const [pending] = raw.pendingActivities ?? [];
    const { loadedDataConverter } = client.options;
    const beats = await decodeArrayFromPayloads(loadedDataConverter, pending?.heartbeatDetails?.payloads);
    const said = (beats[0] as Heartbeat | undefined)?.detail;
    const attempt = pending?.attempt ?? 1;
    if (attempt <= 1) return said;
    const why = pending?.lastFailure?.message ? `, after: ${pending.lastFailure.message}` : '';
    return `attempt ${attempt}${why}${said === undefined ? '' : `; ${said}`}`;
  } catch (error) {
    if (isUnanswered(error)) return undefined;
    throw error;
  }
}
