/**
 * The file by which a daemon is found again.
 *
 * @module
 */
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWhole } from '../util/write-whole.js';
import type { ProcessIdentity } from './identity.js';
import { makePrivateFolder } from '../util/private-folder.js';

/** What is known of a daemon that was started. */
export interface DaemonRecord extends ProcessIdentity {
  readonly name: string;
  readonly logFile: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Differs if the daemon would be started otherwise today: program, arguments, configuration. */
  readonly fingerprint: string;
}

/** Writes a record so that a reader sees all of it or none. */
export async function writeRecord(file: string, record: DaemonRecord): Promise<void> {
  await makePrivateFolder(dirname(file));
  await writeWhole(file, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
}

/** Reads a record; undefined if there is none, or none that can be read. */
export async function readRecord(file: string): Promise<DaemonRecord | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  try {
    const value = JSON.parse(text) as Partial<DaemonRecord>;
    return typeof value.pid === 'number' && typeof value.startTime === 'string'
      ? (value as DaemonRecord)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets a daemon. */
export async function removeRecord(file: string): Promise<void> {
  await rm(file, { force: true });
}
