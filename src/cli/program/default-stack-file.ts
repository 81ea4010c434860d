/** @module */
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Names the stack file where `--file` does not. */
export const stackVariable = 'BIGDATA_STACK';

/** The one that a clone brings. */
export function cloneStackFile(root: string): string {
  return join(root, 'stack.yaml');
}

/** The stack file of a command that names none: what the environment names, the working folder's, else the clone's. */
export function defaultStackFile(root: string, environment: NodeJS.ProcessEnv, folder: string): string {
  const named = environment[stackVariable] ?? '';
  if (named !== '')
    return named
      .split(delimiter)
      .map((file) => resolve(folder, file))
      .join(delimiter);
  const own = join(folder, 'stack.yaml');
  return existsSync(own) ? own : cloneStackFile(root);
}
