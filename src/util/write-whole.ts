/** @module */
import { chmod, rename, writeFile } from 'node:fs/promises';

/**
 * Writes a file so that a reader sees all of it or what was there before.
 *
 * @param mode - default: the system's
 * @throws the file system's error
 */
export async function writeWhole(
  file: string,
  text: string,
  { mode }: { readonly mode?: number } = {},
): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, text, mode === undefined ? {} : { mode });
  // Of one that was left behind the mode would stay.
  if (mode !== undefined) await chmod(unfinished, mode);
  await rename(unfinished, file);
}
