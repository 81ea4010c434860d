/**
 * What has passed, by the digest of everything that it follows from: a file a unit, so that runs side by side and deaths
 * in the middle do no harm. It lies in the cache that all clones share.
 *
 * @module
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Days that a pass is remembered. */
const lifetime = 30;

/**
 * @typedef {object} Pass
 * @property {string} at ISO 8601
 * @property {number} seconds
 * @property {number} tests
 */

/** @returns {Pass | undefined} */
export function passOf(folder, digest) {
  try {
    return JSON.parse(readFileSync(join(folder, `${digest}.json`), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {Pass} pass */
export function recordPass(folder, digest, pass) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${digest}.json`);
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(pass)}\n`);
  renameSync(unfinished, file);
}

export function forgetPass(folder, digest) {
  rmSync(join(folder, `${digest}.json`), { force: true });
}

/** Forgets what is too old to be of use. */
export function prune(folder, now = Date.now()) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const age = now - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? now);
    if (age > lifetime * 86_400_000) rmSync(join(folder, name), { force: true });
  }
}
