/**
 * Log files of daemons: one file that grows, cut at each start.
 *
 * @module
 */
import { open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makePrivateFolder } from '../util/private-folder.js';

/** A file larger than this is set aside at the next start, so that at most twice as much is kept. */
const maximumBytes = 16 * 1024 * 1024;

/** Makes the folder, and sets a large log aside as `FILE.1`, replacing the one before. */
export async function rotateLog(file: string, limit = maximumBytes): Promise<void> {
  await makePrivateFolder(dirname(file));
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > limit) {
    await rename(file, `${file}.1`);
  }
}

/** The last lines of a log, oldest first; empty if there is no log. */
export async function lastLines(file: string, count = 15): Promise<string[]> {
  const text = await lastPart(file, 64 * 1024);
  return text === undefined ? [] : text.trimEnd().split('\n').slice(-count);
}

/** The end of a log, at most so many bytes; undefined if there is no log. */
export async function lastPart(file: string, bytes: number): Promise<string | undefined> {
  let handle;
  try {
    handle = await open(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, start);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}
