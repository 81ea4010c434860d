/**
 * What lies in the clone, or lay in it at a revision: each file with the digest by which git knows its content.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {ReadonlyMap<string, string>} Manifest path relative to the clone → digest */

/** Of the files as they are now, those that git does not ignore. @returns {Manifest} */
export function manifestOf(root) {
  const names = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0');
  const entries = names
    .filter((name) => name !== '')
    .toSorted()
    .flatMap((name) => {
      const content = contentOf(join(root, name));
      return content === undefined ? [] : [[name, blobDigest(content)]];
    });
  return new Map(entries);
}

/** Of the files as a revision has them. @returns {Manifest} */
export function manifestAt(root, revision) {
  const rows = git(root, 'ls-tree', '-r', '-z', '--full-tree', revision).split('\0');
  const entries = rows
    .filter((row) => row !== '')
    .map((row) => {
      const [described, name] = row.split('\t');
      return [name, described.split(' ')[2]];
    });
  return new Map(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** One digest of all files that a condition holds for. @returns {string} */
export function digestWhere(manifest, condition) {
  const hash = createHash('sha256');
  for (const [name, digest] of manifest) {
    if (condition(name)) hash.update(`${name}\0${digest}\n`);
  }
  return hash.digest('hex');
}

/** Undefined for a file that git knows and somebody deleted. */
function contentOf(file) {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isSymbolicLink() ? Buffer.from(readlinkSync(file)) : readFileSync(file);
}

function blobDigest(content) {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** @throws Error that a person can read: no repository, no git, no such revision */
function git(root, ...args) {
  try {
    const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] };
    return execFileSync('git', args, options);
  } catch (error) {
    throw new Error(`git ${args.join(' ')}: ${String(error.stderr || error.message).trim()}`, {
      cause: error,
    });
  }
}
