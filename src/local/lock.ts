/**
 * One at a time between processes of this machine.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { ExitCode, UserError } from '../errors.js';
import type { Report } from '../progress.js';
import { makePrivateFolder } from '../util/private-folder.js';

/** A holder that did not renew its lock for this long (milliseconds) is taken for dead. */
const staleAfter = 20_000;

/**
 * Runs an action while no other process runs one under the same folder's lock; waits for its turn and says so.
 *
 * @throws UserError (busy) if the lock was lost while the action ran, as after a suspended laptop.
 */
export async function withLock<Result>(
  folder: string,
  waiting: string,
  report: Report,
  action: () => Promise<Result>,
): Promise<Result> {
  let lost: Error | undefined;
  const release = await acquire(folder, waiting, report, (error) => {
    lost = error;
  });
  let result: Result;
  try {
    result = await action();
  } finally {
    if (lost === undefined) {
      await release();
    }
  }
  if (lost !== undefined) {
    throw new UserError({
      message: 'Another bigdata process may have worked on the same thing at the same time.',
      where: folder,
      unchanged: 'What was done stays',
      next: 'Run the same command again: it repairs what is missing',
      exitCode: ExitCode.busy,
      cause: lost,
    });
  }
  return result;
}

async function acquire(
  folder: string,
  waiting: string,
  report: Report,
  onCompromised: (error: Error) => void,
): Promise<() => Promise<void>> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      // Each time, because the one before may have removed it as its last act.
      await makePrivateFolder(folder);
      return await lock(folder, { stale: staleAfter, update: staleAfter / 5, onCompromised });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ELOCKED' && code !== 'ENOENT') {
        throw error;
      }
      if (isFirst) {
        report({ text: waiting });
      }
      await delay(250);
    }
  }
}
