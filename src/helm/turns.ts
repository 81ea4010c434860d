/**
 * How many calls of Helm run at once.
 *
 * @module
 */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';

/** Runs the work when it is its turn. @throws the signal's reason, if aborted before; whatever the work throws */
export type Turns = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/**
 * Processes a core: Helm's start costs processor time, its waiting for the API server does not. More of them than that
 * make each other, the API server and the renewal of leases late, and none ends sooner.
 */
const perCore = 3;

/** Milliseconds after which a call lets the next one start: it waits for a hook then, and costs nothing. */
const turn = 5_000;

export interface TurnsOptions {
  /** Default: as many as the machine's cores bear. */
  readonly slots?: number;
  /** Milliseconds. Default 5 s. */
  readonly longestTurn?: number;
}

/** Turns for the calls of one worker, in the order in which they are wanted. */
export function createTurns({
  slots = perCore * availableParallelism(),
  longestTurn = turn,
}: TurnsOptions = {}): Turns {
  const limit = pLimit(slots);
  return async (work, signal) => {
    const over = new AbortController();
    try {
      return await new Promise((resolve, reject) => {
        const giveUp = () => reject(signal?.reason as Error);
        if (signal?.aborted) return giveUp();
        signal?.addEventListener('abort', giveUp, { once: true, signal: over.signal });
        void limit(async () => {
          if (over.signal.aborted) return;
          // From here on the call itself hears the signal, and ends when it has cleaned up.
          signal?.removeEventListener('abort', giveUp);
          const call = work();
          call.then(resolve, reject);
          await Promise.race([
            call.catch(() => {}),
            sleep(longestTurn, undefined, { ref: false, signal: over.signal }).catch(() => {}),
          ]);
        });
      });
    } finally {
      over.abort();
    }
  };
}
