/**
 * What all activities have in common: heartbeats, cancellation, failures.
 *
 * @module
 */
import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import type { Heartbeat } from './contract.js';
import { toFailure } from './failures.js';
import { withPatience } from './refusals.js';

/**
 * Milliseconds between heartbeats. Cancellation comes back with a heartbeat's answer, so this bounds how fast Ctrl-C
 * and `cancel` are felt (as far as the worker's `maxHeartbeatThrottleInterval` lets heartbeats through).
 */
const heartbeatInterval = 1_000;

/** One attempt at an activity. */
export interface Attempt {
  /** Aborted when the activity is cancelled or its worker stops. */
  readonly signal: AbortSignal;
  /** What the last heartbeat of the attempt before said; nothing on the first. */
  readonly previous: Heartbeat;
  /** Says what the activity is at; repeated as heartbeat until something else is said. */
  tell(heartbeat: Heartbeat): void;
}

/**
 * Runs an activity's work with heartbeats.
 *
 * @param where what it works on, for causes: `release bigdata/kafka`
 * @throws ApplicationFailure with a cause as its first detail; CancelledFailure if cancelled
 */
export async function attempt<T>(where: string, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const context = Context.current();
  // As many as requests and watches at a time: no leak.
  setMaxListeners(0, context.cancellationSignal);
  let latest: Heartbeat = (context.info.heartbeatDetails as Heartbeat | undefined) ?? {};
  const beat = setInterval(() => context.heartbeat(latest), heartbeatInterval);
  try {
    const signal = context.cancellationSignal;
    const tell = (heartbeat: Heartbeat) => {
      latest = heartbeat;
      context.heartbeat(heartbeat);
    };
    return await withPatience(() => work({ signal, previous: latest, tell }), {
      signal,
      tell: (detail) => tell({ ...latest, detail }),
    });
  } catch (error) {
    if (context.cancellationSignal.aborted) {
      // Whatever fell apart by the abort, Temporal must see the cancellation itself: the reason is a CancelledFailure.
      throw context.cancellationSignal.reason;
    }
    throw toFailure(error, where);
  } finally {
    clearInterval(beat);
  }
}
