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
    if (code === 'EEXIST') throw archiveExists(file, error);
    throw new UserError({
      message: `The bundle cannot be written: ${message}`,
      where: file,
      unchanged: 'Nothing was written',
      next: 'Name another file by --archive',
      exitCode: ExitCode.environment,
      cause: error,
    });
  }
}

/** The word for people on an archive that would replace a file. */
export function archiveExists(file: string, cause?: unknown): UserError {
  return new UserError({
    message: 'The file is there already',
    where: file,
    unchanged: 'It was left as it is',
    next: 'Name another file by --archive',
    exitCode: ExitCode.usage,
    cause,
  });
}
