/**
 * Commands as people type them, for what the program tells them to do next.
 *
 * @module
 */
import { join } from 'node:path';

import type { CommandContext, StackOptions } from './command.js';

/**
 * The options that lead another command to the same stack on the same cluster, each with a space before it.
 *
 * @example targetOptions(context, { file: 'my stack.yaml', context: 'production' }) // " -f 'my stack.yaml' --context production"
 */
export function targetOptions(
  { platform }: Pick<CommandContext, 'platform'>,
  { file, context = '', kubeconfig = '' }: StackOptions,
): string {
  const isDefault = file === join(platform.paths.root, 'stack.yaml');
  return [
    ...(isDefault ? [] : ['-f', file]),
    ...(context === '' ? [] : ['--context', context]),
    ...(kubeconfig === '' ? [] : ['--kubeconfig', kubeconfig]),
  ]
    .map((word) => ` ${quoted(word)}`)
    .join('');
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
