/**
 * What all activities have in common: heartbeats, cancellation, failures.
 *
 * @module
 */
import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import type { Heartbeat } from './contract.js';
import type { Door } from './door.js';
import { toFailure } from './failures.js';
import { withPatience } from './release/refusals.js';

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

/** Where an activity works. */
export interface Place {
  /** For causes: `release bigdata/kafka`. */
  readonly where: string;
  /** By which everything goes that the activity says. */
  readonly door: Door;
}

/**
 * Runs an activity's work with heartbeats.
 *
 * @throws ApplicationFailure with a cause as its first detail; CancelledFailure if cancelled
 */
export async function attempt<T>({ where, door }: Place, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const context = Context.current();
  // As many as requests and watches at a time: no leak.
  setMaxListeners(0, context.cancellationSignal);
  let latest: Heartbeat = (context.info.heartbeatDetails as Heartbeat | undefined) ?? {};
  const beat = setInterval(() => context.heartbeat(latest), heartbeatInterval);
  const telling = new Telling(door, latest, (heartbeat) => {
    latest = heartbeat;
    context.heartbeat(heartbeat);
  });
  try {
    const signal = context.cancellationSignal;
    const tell = (heartbeat: Heartbeat) => telling.tell(heartbeat);
    const result = await withPatience(() => work({ signal, previous: latest, tell }), {
      signal,
      tell: (detail) => tell({ ...telling.last, detail }),
    });
    return await door.result(result);
  } catch (error) {
    if (context.cancellationSignal.aborted) {
      // Whatever fell apart by the abort, Temporal must see the cancellation itself: the reason is a CancelledFailure.
      throw context.cancellationSignal.reason;
    }
    throw await door.failure(toFailure(error, where));
  } finally {
    // Who cancels does not wait for an API server that does not answer.
    if (!context.cancellationSignal.aborted) await telling.settled;
    telling.close();
    clearInterval(beat);
  }
}

/** Heartbeats in the order in which they were told, each through the door; of several that wait, the last. */
class Telling {
  readonly #door: Door;
  readonly #send: (heartbeat: Heartbeat) => void;
  /** What was told last, as it was told. */
  last: Heartbeat;
  /** When nothing waits any more. */
  settled: Promise<void> = Promise.resolve();
  #waits = false;
  #isClosed = false;

  constructor(door: Door, last: Heartbeat, send: (heartbeat: Heartbeat) => void) {
    this.#door = door;
    this.#send = send;
    this.last = last;
  }

  tell(heartbeat: Heartbeat): void {
    this.last = heartbeat;
    if (this.#waits) return;
    this.#waits = true;
    this.settled = this.#after(this.settled);
  }

  async #after(before: Promise<void>): Promise<void> {
    await before;
    this.#waits = false;
    const heartbeat = await this.#door.heartbeat(this.last);
    if (!this.#isClosed) this.#send(heartbeat);
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#isClosed = true;
  }
}
