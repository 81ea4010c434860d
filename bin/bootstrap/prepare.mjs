/**
 * Makes a fresh clone runnable with nothing but Node: dependencies, compiled code, workflow bundle.
 *
 * Everything in this folder uses Node's own modules only, since it runs before `npm ci` did.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { compile, isCompiled } from './compile.mjs';
import { areDependenciesInstalled, installDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { untilOrphanEnds } from './run.mjs';

/** The clone. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

const oldestNode = [20, 19];

/**
 * Installs and compiles what is missing or older than its sources. Ends the process with a clear word where it cannot.
 *
 * @returns {Promise<string[]>} what was done, empty if everything was in place
 */
export async function prepare() {
  refuseOldNode();
  if (areDependenciesInstalled(root) && isCompiled(root)) {
    return [];
  }
  try {
    mkdirSync(join(root, '.build'), { recursive: true });
    return await withLock(join(root, '.build', 'lock'), prepareAlone);
  } catch (error) {
    process.stderr.write(`bigdata: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(3);
  }
}

async function prepareAlone() {
  await untilOrphanEnds(root);
  const done = [];
  if (!areDependenciesInstalled(root)) {
    await timed('installing npm packages', () => installDependencies(root));
    done.push('dependencies');
  }
  if (!isCompiled(root)) {
    await timed('compiling', () => compile(root));
    done.push('code');
  }
  return done;
}

async function timed(what, work) {
  const start = performance.now();
  process.stderr.write(`bigdata: ${what} …\n`);
  await work();
  process.stderr.write(`bigdata: ${what}: done in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    process.stderr.write(
      `bigdata: Node ${process.versions.node} is too old, ${oldestNode.join('.')} or newer is needed: https://nodejs.org\n`,
    );
    process.exit(3);
  }
}
