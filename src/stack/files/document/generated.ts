/** @module */
import { readFile, writeFile } from 'node:fs/promises';

/** Writes a text between two marks of a file. @throws Error if the file does not have them */
export async function replaceBetween(file: string, begin: string, end: string, text: string): Promise<void> {
  const [before, rest] = (await readFile(file, 'utf8')).split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined) throw new Error(`${file} has no ${begin} … ${end}`);
  await writeFile(file, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}
