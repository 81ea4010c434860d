/**
 * Copies of image archives that leave out what the receiver has.
 *
 * @module
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';

/**
 * Streams an archive without some of its entries.
 *
 * @param file - a tar archive
 * @param leaveOut - names of entries
 * @returns the archive, whose stream ends with an error if the file cannot be read
 */
export function archiveWithout(file: string, leaveOut: ReadonlySet<string>): Readable {
  const copy = pack();
  const entries = extract();
  const copied = async (): Promise<void> => {
    for await (const entry of entries) {
      if (leaveOut.has(entry.header.name)) {
        entry.resume();
      } else {
        await pipeline(entry, copy.entry(entry.header));
      }
    }
    copy.finalize();
  };
  Promise.all([pipeline(createReadStream(file), entries), copied()]).catch((error: unknown) =>
    copy.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(copy, { objectMode: false });
}
