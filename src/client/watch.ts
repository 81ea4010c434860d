/**
 * The watch over an installed stack: a Temporal Schedule that looks at it again and again.
 *
 * @module
 */
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Client, ScheduleDescription, ScheduleHandle, ScheduleOptionsAction } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Plan } from '../stack/plan/plan-types.js';
import { type WatchInput, type WatchResult, watchFailedType } from '../stack/operation/watch-types.js';
import { operationId, taskQueue, watchId } from './naming.js';
import { type Workflows, argumentsOf, requestKey } from './request.js';

/** Name of the workflow that looks once. */
const workflowType = 'watchStack' satisfies keyof Workflows;

/**
 * Milliseconds for which a look that was due while Temporal did not run is made up for. Longer, and the next one is as good.
 */
const catchupWindow = 60_000;

export interface WatchSettings {
  /** Milliseconds from one look to the next. */
  readonly every: number;
  /** Whether what drifted is put back. */
  readonly repair: boolean;
}

/** A watch, and what it found. */
export interface Watch extends WatchSettings {
  /** Of the plan that the stack is held against. */
  readonly planDigest: string;
  readonly next: Date | undefined;
  /** The last ten, newest first. */
  readonly looks: readonly Look[];
}

/** One look at the stack. */
export interface Look {
  readonly at: Date;
  /** Undefined if somebody ended it. */
  readonly found: WatchResult | 'running' | undefined;
  readonly workflowId: string;
  readonly runId: string;
}

/** Begins to watch a stack, first at once, or changes how it is watched. */
export async function setWatch(
  client: Client,
  clusterUid: string,
  plan: Plan,
  settings: WatchSettings,
): Promise<void> {
  const scheduleId = watchId(clusterUid, plan.namespace);
  const schedule = scheduleOf(clusterUid, plan, settings);
  try {
    await client.schedule.create({ ...schedule, scheduleId, state: { triggerImmediately: true } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await update(client.schedule.getHandle(scheduleId), schedule);
  }
}

/** Holds a stack that is watched against a new plan from now on. @returns whether it is watched */
export async function refreshWatch(client: Client, clusterUid: string, plan: Plan): Promise<boolean> {
  const handle = client.schedule.getHandle(watchId(clusterUid, plan.namespace));
  const description = await describe(handle);
  if (description === undefined) return false;
  const { planDigest, ...settings } = settingsOf(description);
  if (planDigest !== plan.digest) await update(handle, scheduleOf(clusterUid, plan, settings));
  return true;
}

/** Ends the watch. @returns whether there was one */
export async function endWatch(client: Client, clusterUid: string, namespace: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(watchId(clusterUid, namespace)).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

/** The watch over the stack of a namespace, with its last looks; undefined if nobody watches it. */
export async function findWatch(
  client: Client,
  clusterUid: string,
  namespace: string,
): Promise<Watch | undefined> {
  const description = await describe(client.schedule.getHandle(watchId(clusterUid, namespace)));
  if (description === undefined) return undefined;
  const { recentActions, nextActionTimes } = description.info;
  const looks = recentActions.map(async ({ takenAt, action: { workflow } }): Promise<Look> => {
    const { workflowId, firstExecutionRunId: runId } = workflow;
    return { at: takenAt, found: await foundBy(client, workflowId, runId), workflowId, runId };
  });
  return {
    ...settingsOf(description),
    next: description.state.paused ? undefined : nextActionTimes[0],
    looks: (await Promise.all(looks)).toReversed(),
  };
}

async function update(handle: ScheduleHandle, schedule: ReturnType<typeof scheduleOf>): Promise<void> {
  await handle.update(({ state }) => ({ ...schedule, state }));
}

function scheduleOf(clusterUid: string, plan: Plan, { every, repair }: WatchSettings) {
  const input: WatchInput = {
    plan,
    operation: operationId(clusterUid, plan.namespace),
    repair,
    keys: {
      install: requestKey({ operation: 'install', input: { plan, unlisted: 'keep' } }),
      verify: requestKey({ operation: 'verify', input: { plan, disruptive: false } }),
    },
  };
  const action: ScheduleOptionsAction = {
    type: 'startWorkflow',
    workflowType,
    workflowId: watchId(clusterUid, plan.namespace),
    taskQueue: taskQueue(clusterUid),
    args: argumentsOf(input),
  };
  return {
    spec: { intervals: [{ every }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
    action,
  };
}

async function describe(handle: ScheduleHandle): Promise<ScheduleDescription | undefined> {
  try {
    return await handle.describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function settingsOf({ spec, action }: ScheduleDescription): WatchSettings & Pick<Watch, 'planDigest'> {
  const [input] = (action.args ?? []) as [WatchInput?];
  return {
    every: spec.intervals?.[0]?.every ?? 0,
    repair: input?.repair ?? false,
    planDigest: input?.plan.digest ?? '',
  };
}

async function foundBy(client: Client, workflowId: string, runId: string): Promise<Look['found']> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    const { status } = await handle.describe();
    return status.name === 'RUNNING' ? 'running' : ((await handle.result()) as WatchResult);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const isResult = cause instanceof ApplicationFailure && cause.type === watchFailedType;
    return isResult ? (cause.details?.[0] as WatchResult) : undefined;
  }
}
