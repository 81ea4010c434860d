/** @module */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf } from './digest.mjs';
import { run } from './run.mjs';

/** Whether node_modules holds what package-lock.json asks for. */
export function areDependenciesInstalled(root) {
  const wanted = digestOf(root, ['package-lock.json']);
  if (readOrUndefined(stampOf(root)) === wanted) {
    return true;
  }
  if (!isInstalledByHand(root)) {
    return false;
  }
  writeFileSync(stampOf(root), wanted);
  return true;
}

/** Runs `npm ci`. The stamp comes last, so that an interrupted run is repeated. */
export async function installDependencies(root) {
  const npm = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await run('npm', npm, root);
  } catch (error) {
    throw new Error(
      `npm packages could not be installed (${error.message}). Is the npm registry reachable from here? \`npm ci\` in ${root} shows more.`,
      { cause: error },
    );
  }
  writeFileSync(stampOf(root), digestOf(root, ['package-lock.json']));
}

/** npm writes its own record last, too: with it a person's own `npm ci` or `npm install` counts. */
function isInstalledByHand(root) {
  const record = readOrUndefined(join(root, 'node_modules', '.package-lock.json'));
  if (record === undefined) {
    return false;
  }
  const installed = JSON.parse(record).packages;
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).every(
    ([name, wanted]) => name === '' || wanted.optional || installed[name]?.version === wanted.version,
  );
}

function stampOf(root) {
  return join(root, 'node_modules', '.bigdata-stamp');
}

function readOrUndefined(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
