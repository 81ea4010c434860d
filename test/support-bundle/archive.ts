/** Reading a bundle, as a test. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { extract } from 'tar-stream';

/** The files of an archive by their path in it, without the folder that all of them lie in. */
export async function readArchive(file: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const entries = extract();
  const read = async (): Promise<void> => {
    for await (const entry of entries) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) {
        chunks.push(chunk as Buffer);
      }
      files.set(entry.header.name.replace(/^[^/]*\//, ''), Buffer.concat(chunks).toString());
    }
  };
  await Promise.all([pipeline(createReadStream(file), createGunzip(), entries), read()]);
  return files;
}
