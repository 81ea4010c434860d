/**
 * Writes the archive of a support bundle.
 *
 * @module
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { pack } from 'tar-stream';

import { ExitCode, UserError } from '../errors.js';
import type { BundleFile } from './redacted.js';

/** For its owner alone. */
const mode = 0o600;

/**
 * Writes a new file that only its owner can read.
 *
 * @param folder - in which everything lies once it is unpacked
 * @throws UserError if the file is there already, or cannot be written
 */
export async function writeArchive(
  file: string,
  folder: string,
  files: readonly BundleFile[],
): Promise<void> {
  const archive = pack();
  for (const { path, text } of files) {
    archive.entry({ name: `${folder}/${path}`, mode }, text);
  }
  archive.finalize();
  try {
    await pipeline(archive, createGzip(), createWriteStream(file, { mode, flags: 'wx' }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') {
      await rm(file, { force: true });
    }
    throw new UserError({
      message: code === 'EEXIST' ? 'The file is there already' : `The bundle cannot be written: ${message}`,
      where: file,
      unchanged: code === 'EEXIST' ? 'It was left as it is' : 'Nothing was written',
      next: 'Name another file by --archive',
      exitCode: code === 'EEXIST' ? ExitCode.usage : ExitCode.environment,
      cause: error,
    });
  }
}
