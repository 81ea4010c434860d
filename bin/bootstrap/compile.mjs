/** @module */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf } from './digest.mjs';
import { run } from './run.mjs';

const sources = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'src',
  'bin/bootstrap/bundle-program.mjs',
  'bin/bootstrap/bundle-workflows.mjs',
];

/** Whether dist/ was made from the sources that lie here now. */
export function isCompiled(root) {
  const stamp = join(root, 'dist', '.stamp');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digestOf(root, sources);
}

/** Compiles beside dist/ and then swaps, so that dist/ is always whole: the old one or the new one. */
export async function compile(root) {
  const stamp = digestOf(root, sources);
  const next = join(root, '.build', 'next');
  const old = join(root, '.build', 'old');
  rmSync(next, { recursive: true, force: true });
  await run(
    process.execPath,
    [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json', '--outDir', next],
    root,
  );
  for (const program of ['bundle-workflows.mjs', 'bundle-program.mjs']) {
    await run(process.execPath, [join('bin', 'bootstrap', program), next], root);
  }
  writeFileSync(join(next, '.stamp'), stamp);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(join(root, 'dist'))) {
    renameSync(join(root, 'dist'), old);
  }
  renameSync(next, join(root, 'dist'));
  rmSync(old, { recursive: true, force: true });
}
