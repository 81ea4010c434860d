/**
 * Doing several things at once, but not all.
 *
 * @module
 */
import pLimit from 'p-limit';

/** Starts a task when a slot is free. */
export type Limit = <Result>(task: () => Promise<Result>) => Promise<Result>;

/**
 * Runs at most `slots` tasks at once, in the order they were given. After one has failed no other is started:
 * those that wait fail with the same reason.
 */
export function limit(slots: number): Limit {
  const slot = pLimit(slots);
  let failure: { readonly reason: unknown } | undefined;
  return async (task) =>
    await slot(async () => {
      if (failure !== undefined) throw failure.reason;
      try {
        return await task();
      } catch (error) {
        failure ??= { reason: error };
        throw error;
      }
    });
}
