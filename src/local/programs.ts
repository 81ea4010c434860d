/**
 * Programs of the distribution.
 *
 * @module
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Where administration programs lie that a person's PATH may leave out. */
const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Absolute path of a program; undefined if it is nowhere. */
export async function locateProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...systemFolders];
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) {
      return path;
    }
  }
  return undefined;
}

/**
 * Absolute path of a program that the prerequisites have made sure of.
 *
 * @throws Error if it is nowhere.
 */
export async function findProgram(name: string): Promise<string> {
  const path = await locateProgram(name);
  if (path === undefined) {
    throw new Error(`the program ${name} is missing`);
  }
  return path;
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
