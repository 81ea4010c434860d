/**
 * Log files of daemons: one file that grows, cut at each start.
 *
 * @module
 */
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file larger than this is set aside at the next start, so that at most twice as much is kept. */
const maximumBytes = 16 * 1024 * 1024;

/** Makes the folder, and sets a large log aside as `FILE.1`, replacing the one before. */
export async function rotateLog(file: string, limit = maximumBytes): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
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
  const tailBytes = 64 * 1024;
  let handle;
  try {
    handle = await open(file, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(tailBytes), 0, tailBytes, start);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n');
    return lines.slice(-count);
  } finally {
    await handle.close();
  }
}
