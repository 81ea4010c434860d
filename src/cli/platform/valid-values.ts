/**
 * Which charts have taken which values, remembered on this machine: holding values against thirteen schemas takes longer than all
 * else that a short command does.
 *
 * @module
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { KnownValid } from '../../stack/plan/plan.js';
import type { Paths } from '../../paths.js';
import { writeWhole } from '../../util/write-whole.js';

/** Digests that are remembered, the newest first. */
const most = 500;

/** Codes of errors of who may not, or cannot, write into the cache: everything is validated each time then. */
const notWritable: ReadonlySet<string | undefined> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'ENOTDIR',
]);

/** What is known, and what is found to be valid from now on. */
export class ValidValues implements KnownValid {
  readonly #file: string;
  readonly #before: readonly string[];
  readonly #known: Set<string>;
  readonly #found = new Set<string>();

  private constructor(file: string, before: readonly string[]) {
    this.#file = file;
    this.#before = before;
    this.#known = new Set(before);
  }

  static async load({ cache }: Pick<Paths, 'cache'>): Promise<ValidValues> {
    const file = join(cache, 'valid-values.json');
    return new ValidValues(file, await read(file));
  }

  has(digest: string): boolean {
    return this.#known.has(digest);
  }

  add(digest: string): void {
    this.#found.add(digest);
  }

  /** Keeps what was found. @throws the file system's error, unless nobody may write there */
  async save(): Promise<void> {
    if (this.#found.size === 0) return;
    const all = [...new Set([...this.#found, ...this.#before])].slice(0, most);
    try {
      await mkdir(dirname(this.#file), { recursive: true });
      await writeWhole(this.#file, JSON.stringify(all));
    } catch (error) {
      if (!notWritable.has((error as NodeJS.ErrnoException).code)) throw error;
    }
  }
}

/** Nothing is known where there is no file, or where it was mangled. */
async function read(file: string): Promise<string[]> {
  try {
    const digests: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(digests) ? digests.filter((each): each is string => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
