/**
 * What is held or run again on its own: a test file, or a component in a test file that says the same of each.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { digestWhere } from './manifest.mjs';

/**
 * @typedef {object} Unit
 * @property {string} file of the test, relative to the clone
 * @property {string} [component]
 * @property {string} digest of everything that its outcome follows from
 */

/**
 * @typedef {object} TestHeader what a test file says of itself in its first comment
 * @property {boolean} perComponent `@each component`: its tests are told by component, each of which is a unit
 * @property {string[] | undefined} components `@components NAME …`, or `none`: all that it uses; undefined means all there are
 */

/** @returns {TestHeader} */
export function headerOf(text) {
  const comment = /^\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? '';
  const listed = /@components ([a-z\d ,-]+)/.exec(comment)?.[1];
  const names = listed?.split(/[ ,]+/).filter((name) => name !== '' && name !== 'none');
  return { perComponent: /@each component\b/.test(comment), components: names };
}

/** Whether a file may change what any test on a cluster comes to: not another test, not prose, not one component's. */
export function isShared(name) {
  return !/^components\/|\.test\.ts$|\.md$|^(bench|\.ci)\/|^LICENSE$/.test(name);
}

/**
 * Units of some test files.
 *
 * @param {object} options
 * @param {string} options.root the clone
 * @param {string[]} options.files
 * @param {import('./manifest.mjs').Manifest} options.manifest
 * @param {Map<string, string[]>} options.closures each component with all that it needs
 * @param {boolean} [options.readsProse] whether these files hold the documentation against something
 * @param {string} options.variant whatever else decides: the version of Node, how much of a suite runs
 * @returns {Unit[]}
 */
export function unitsOf({ root, files, manifest, closures, readsProse = false, variant }) {
  const shared = digestWhere(manifest, (name) => isShared(name) || (readsProse && name.endsWith('.md')));
  const folders = new Map(
    [...closures.keys()].map((name) => [
      name,
      digestWhere(manifest, (file) => file.startsWith(`components/${name}/`)),
    ]),
  );
  const digest = (file, components) =>
    createHash('sha256')
      .update(
        JSON.stringify([
          variant,
          shared,
          file,
          manifest.get(file),
          components.map((name) => [name, folders.get(name)]),
        ]),
      )
      .digest('hex');
  const all = [...closures.keys()];
  return files.flatMap((file) => {
    const { perComponent, components } = headerOf(readFileSync(join(root, file), 'utf8'));
    return perComponent
      ? all.map((component) => ({ file, component, digest: digest(file, closures.get(component)) }))
      : [{ file, digest: digest(file, closureOf(components ?? all, closures)) }];
  });
}

/** Components with all that they need, sorted. */
function closureOf(names, closures) {
  return [...new Set(names.flatMap((name) => closures.get(name) ?? [name]))].toSorted();
}

/** @param {readonly { name: string, needs: readonly string[] }[]} components @returns {Map<string, string[]>} */
export function closuresOf(components) {
  const needs = new Map(components.map((component) => [component.name, component.needs]));
  const reach = (name, seen) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const need of needs.get(name) ?? []) reach(need, seen);
  };
  return new Map(
    [...needs.keys()].map((name) => {
      const seen = new Set();
      reach(name, seen);
      return [name, [...seen].toSorted()];
    }),
  );
}

/** Test files below a folder, relative to the clone. */
export function testFilesBelow(root, folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`)
    .toSorted();
}
