/** @module */
import { readFile } from 'node:fs/promises';

import type { Command } from 'commander';
import { parse } from 'yaml';

import { complete, matching } from '../program/complete.js';

/**
 * Words that can stand next, one a line. Loads nothing of the platform: a shell waits for it at every key.
 *
 * @param defaultFile - the stack file, if the words name none
 */
export async function completeWords(
  program: Command,
  typed: readonly string[],
  defaultFile: string,
): Promise<string> {
  const { words, component } = complete(program, typed);
  const found = component
    ? matching(await componentsOf(fileIn(typed) ?? defaultFile), typed.at(-1) ?? '')
    : words;
  return found.map((word) => `${word}\n`).join('');
}

function fileIn(typed: readonly string[]): string | undefined {
  const at = typed.findIndex((word) => word === '-f' || word === '--file');
  return at === -1 ? undefined : typed[at + 1];
}

/** Names below `components`; none of a file that cannot be read, which is for the command itself to say. */
async function componentsOf(file: string): Promise<string[]> {
  try {
    const { components } = parse(await readFile(file, 'utf8')) as { components?: object };
    return Object.keys(components ?? {});
  } catch {
    return [];
  }
}
