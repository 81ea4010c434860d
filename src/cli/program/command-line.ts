/**
 * Commands as people type them, for what the program tells them to do next.
 *
 * @module
 */
import { delimiter } from 'node:path';

import type { Paths } from '../../paths.js';
import type { CommandContext, StackOptions } from '../command.js';
import { cloneStackFile } from './default-stack-file.js';

/**
 * The options that lead another command to the same stack on the same cluster, each with a space before it.
 *
 * @example targetOptions(context, { file: 'my stack.yaml', context: 'production' }) // " -f 'my stack.yaml' --context production"
 */
export function targetOptions({ platform }: Pick<CommandContext, 'platform'>, options: StackOptions): string {
  return optionsToward(platform.paths, options);
}

/** As {@link targetOptions}, of any command's options: without a stack file there is none to name. */
export function optionsToward(
  { root }: Pick<Paths, 'root'>,
  { file, context = '', kubeconfig = '' }: Partial<StackOptions>,
): string {
  const isDefault = file === undefined || file === cloneStackFile(root);
  return [
    ...(isDefault ? [] : file.split(delimiter).flatMap((each) => ['-f', each])),
    ...(context === '' ? [] : ['--context', context]),
    ...(kubeconfig === '' ? [] : ['--kubeconfig', kubeconfig]),
  ]
    .map((word) => ` ${quoted(word)}`)
    .join('');
}

/** The options that give the same values over those of the stack file, each with a space before it. */
export function setOptions(set: readonly string[] = []): string {
  return set.map((assignment) => ` --set ${quoted(assignment)}`).join('');
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
