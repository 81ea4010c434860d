/**
 * Doing several things at once, but not all.
 *
 * @module
 */

/** Starts a task when a slot is free. */
export type Limit = <Result>(task: () => Promise<Result>) => Promise<Result>;

/**
 * Runs at most `slots` tasks at once, in the order they were given. After one has failed no other is started:
 * those that wait fail with the same reason.
 */
export function limit(slots: number): Limit {
  let free = slots;
  let failure: { readonly reason: unknown } | undefined;
  const waiting: (() => void)[] = [];

  const enter = async (): Promise<void> => {
    if (free > 0) {
      free -= 1;
    } else {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) {
      free += 1;
    } else {
      next();
    }
  };

  return async (task) => {
    await enter();
    try {
      if (failure !== undefined) {
        throw failure.reason;
      }
      return await task();
    } catch (error) {
      failure ??= { reason: error };
      throw error;
    } finally {
      leave();
    }
  };
}
