/** @module */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One digest over the names and contents of files and of everything below folders.
 *
 * @param {string} root folder that the names are relative to
 * @param {string[]} names files and folders; each must exist
 * @returns {string} sha256 in hex
 */
export function digestOf(root, names) {
  const hash = createHash('sha256');
  for (const name of names.flatMap((entry) => filesBelow(root, entry))) {
    const content = readFileSync(join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesBelow(root, name) {
  let entries;
  try {
    entries = readdirSync(join(root, name), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') {
      return [name];
    }
    throw error;
  }
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(root, join(name, entry.name)) : [join(name, entry.name)],
    );
}
