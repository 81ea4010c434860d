/**
 * Replays a history against the workflows that the workers of this program run.
 *
 * @module
 */
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { ReplayWorkerOptions } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';

import { workflowBundle } from './workflow-bundle.js';

/** Where today's workflow goes another way than the history does. */
export interface Divergence {
  /** In the words of Temporal's core. */
  readonly message: string;
  /** The first event that today's workflow does not lead to; undefined where the replay failed otherwise. */
  readonly eventId?: number;
}

/**
 * Replays one history. Needs neither Temporal nor a cluster.
 *
 * @param workflowId - the IDs of child workflows follow from it
 * @param bundle - default: the workflows of this build
 * @returns undefined if today's workflow goes the same way
 */
export async function replayHistory(
  history: History,
  workflowId: string,
  bundle: NonNullable<ReplayWorkerOptions['workflowBundle']> = { codePath: workflowBundle },
): Promise<Divergence | undefined> {
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: bundle }, [
    { history, workflowId },
  ])) {
    return error === undefined ? undefined : divergenceOf(error);
  }
  throw new Error('the replay ended without a result');
}

/** Keeps Temporal's own log off the terminal: what it would say is in the result. Once in a process, before a replay. */
export function muteReplay(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { filter: 'OFF', forward: {} } },
  });
}

/** Core wraps its own word in a dump of the failure's fields. */
export function divergenceOf(error: Error): Divergence {
  const [, inner] = /Failure \{ message: "((?:[^"\\]|\\.)*)"/.exec(error.message) ?? [];
  const message = (inner ?? error.message)
    .replaceAll('\\"', '"')
    .replace(/^\[TMPRL\d+\] (Nondeterminism error: )?/, '');
  const [, id] = /HistoryEvent\(id: (\d+)/.exec(message) ?? [];
  return error instanceof DeterminismViolationError && id !== undefined
    ? { message, eventId: Number(id) }
    : { message };
}
