/**
 * Waiting for a daemon to do its work, and telling why it does not.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ExitCode, UserError } from '../../errors.js';
import { daemonState } from '../../processes/daemon.js';
import { processorTime } from '../../processes/identity.js';
import { lastLines } from '../../processes/log-file.js';
import { Patience } from '../../processes/patience.js';
import { type DaemonName, type NodeLayout, logFile, recordFile } from './layout.js';

/** What is waited for. */
export interface Waiting {
  /** e.g. `the API server is ready` */
  readonly until: string;
  /** The daemon whose work it is: its death ends the waiting, its log explains. */
  readonly daemon: DaemonName;
  /** Milliseconds in which the daemon may do nothing at all; one that works has fifteen times as long. */
  readonly quiet: number;
  readonly isDone: () => Promise<boolean>;
}

/**
 * Looks every tenth of a second.
 *
 * @throws UserError with the last lines of the daemon's log if it died or the time is over.
 */
export async function waitFor(layout: NodeLayout, waiting: Waiting): Promise<void> {
  const patience = new Patience({ quiet: waiting.quiet });
  while (!(await waiting.isDone())) {
    const state = await daemonState(recordFile(layout, waiting.daemon));
    if (state.status !== 'running') {
      throw await notDone(layout, waiting, `${waiting.daemon} ended`);
    }
    if (patience.isOver(await processorTime(state.record.pid))) {
      throw await notDone(layout, waiting, `not within ${patience.seconds} s`);
    }
    await delay(100);
  }
}

async function notDone(layout: NodeLayout, waiting: Waiting, why: string): Promise<UserError> {
  const log = logFile(layout, waiting.daemon);
  const lines = await lastLines(log);
  return new UserError({
    message: `Waited until ${waiting.until}: ${why}.`,
    where: log,
    unchanged: 'What was started stays; data is untouched',
    next: `Look at the last lines of the log, then run the same command again:\n${lines.join('\n')}`,
    exitCode: ExitCode.environment,
  });
}
