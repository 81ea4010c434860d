/**
 * Digests that are equal when their content is.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageReference, JsonValue, Values } from './plan-types.js';

/** What an editor, a file manager or a merge leaves behind, and the list of what Helm leaves out. */
const irrelevantFile = /~$|^\.#|^#.*#$|\.(swp|swo|swx|bak|orig|rej|tmp)$|^\.DS_Store$|^\.helmignore$/;

/** JSON with the keys of every mapping sorted by code unit, without white space. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.keys(value)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** `sha256:<hex>` of a JSON value, whatever the order of its keys. */
export function digestJson(value: JsonValue): string {
  return `sha256:${sha256(canonicalJson(value))}`;
}

/**
 * `sha256:<hex>` of a folder's files: their paths and contents. Modes, times, empty folders and
 * {@link irrelevantFile | what editors leave behind} do not count; symbolic links count as what they lead to.
 *
 * @throws The file system's error if something cannot be read, `ELOOP` if a link leads back to a folder above it.
 */
export function digestFolder(folder: string): string {
  const files: { [path: string]: string } = {};
  collect(folder, '', [], files);
  return digestJson(files);
}

/** The digest of a component as it is installed: `sha256:<hex>` over its chart's files, its values and its image. */
export function digestComponent({ chart, values, image }: DigestedComponent): string {
  return digestJson({
    chart,
    values,
    image: image === undefined ? null : { ...image },
  });
}

/** What the digest of a component covers. */
export interface DigestedComponent {
  /** {@link digestFolder | Digest} of the chart's folder. */
  readonly chart: string;
  readonly values: Values;
  readonly image?: ImageReference | undefined;
}

/** In one go, which takes a fifth of the time of many small reads that are awaited: some 15 ms for 500 files. */
function collect(
  folder: string,
  prefix: string,
  above: readonly string[],
  files: { [path: string]: string },
): void {
  const real = realpathSync(folder);
  if (above.includes(real)) {
    throw Object.assign(new Error(`A symbolic link leads back to a folder above it: ${folder}`), {
      code: 'ELOOP',
    });
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const { name } = entry;
    if (irrelevantFile.test(name)) continue;
    const path = join(folder, name);
    const leadsTo = entry.isSymbolicLink() ? statSync(path) : entry;
    if (leadsTo.isDirectory()) {
      collect(path, `${prefix}${name}/`, [...above, real], files);
    } else if (leadsTo.isFile()) {
      files[`${prefix}${name}`] = sha256(readFileSync(path));
    }
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
