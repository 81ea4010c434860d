/**
 * Options that several commands share.
 *
 * @module
 */
import { delimiter } from 'node:path';

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';

/** How the result is printed. */
export type OutputFormat = 'text' | 'json' | 'yaml';

export const highestPort = 65_535;

export function withOutput(command: Command): Command {
  return command
    .addOption(
      new Option(
        '-o, --output <format>',
        'how the result is printed; with json and yaml, progress goes to stderr',
      )
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .option('-q, --quiet', 'no progress, the result alone', false)
    .option(
      '-v, --verbose',
      'every step of progress as a line of its own, and the trace of an unexpected error',
      false,
    );
}

/** @param defaultFile - the stack file of the clone */
export function withFile(command: Command, defaultFile: string): Command {
  return command.addOption(
    new Option(
      '-f, --file <stack.yaml>',
      'the stack file; may be given several times, a later one over earlier ones',
    )
      .argParser((file: string, before: string) =>
        before === defaultFile ? file : `${before}${delimiter}${file}`,
      )
      .default(defaultFile, 'BIGDATA_STACK, stack.yaml of the working folder, or that of this clone'),
  );
}

export function withCluster(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--context <name>',
        'work on a cluster that you have, by its kubeconfig context, not on the local one',
      ).env('BIGDATA_CONTEXT'),
    )
    .addOption(
      new Option(
        '--kubeconfig <file>',
        'where the context is found (default: KUBECONFIG, else ~/.kube/config)',
      ).env('BIGDATA_KUBECONFIG'),
    );
}

/** Values over those of the stack file. @param form - of one assignment */
export function withSet(command: Command, form: string, what: string): Command {
  return command.addOption(
    new Option(`--set <${form}>`, `${what}; may be given several times`)
      .argParser((assignment: string, others: readonly string[]) => [...others, assignment])
      .default([], 'none'),
  );
}

export function withYes(command: Command, what: string): Command {
  return command.option('-y, --yes', `do not ask before ${what}`, false);
}

/** @throws InvalidArgumentError, which commander turns into a usage error */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > highestPort) {
    throw new InvalidArgumentError(`A port is a whole number from 1 to ${highestPort}.`);
  }
  return port;
}

/** @throws InvalidArgumentError, which commander turns into a usage error */
export function parseRevision(text: string): number {
  const revision = Number(text);
  if (!Number.isInteger(revision) || revision < 1) {
    throw new InvalidArgumentError('A revision is a whole number from 1.');
  }
  return revision;
}

/** Examples below a command's options. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [line: string, what: string])[],
): Command {
  const lines = examples.map(([line, what]) => `  # ${what}\n  ${line}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n\n')}`);
}
