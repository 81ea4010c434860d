/**
 * Options that several commands share.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join, parse, resolve } from 'node:path';

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';

/** How the result is printed. */
export type OutputFormat = 'text' | 'json' | 'yaml';

const highestPort = 65_535;

export function withOutput(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --output <format>', 'format of the result; with json and yaml, progress goes to stderr')
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .option('-q, --quiet', 'only the result, no progress', false)
    .option(
      '-v, --verbose',
      'a line for each step of progress, and the stack trace of an unexpected error',
      false,
    );
}

/** @param defaultFile - the stack file of the clone */
export function withFile(command: Command, defaultFile: string): Command {
  command
    .option(
      '-e, --environment <name>',
      'the stack file of an environment over it: stack.NAME.yaml in the same folder',
    )
    .hook('preAction', (_, action) => {
      const { file, environment } = action.opts<{ file: string; environment?: string }>();
      if (environment === undefined) return;
      const [first = file] = existsSync(file) ? [file] : file.split(delimiter);
      const { dir, name, ext } = parse(resolve(first));
      const over = join(dir, `${name}.${environment}${ext}`);
      if (!existsSync(over)) {
        const others = environmentsIn(dir, name, ext);
        const known = others.length === 0 ? '' : ` (there is ${others.join(', ')})`;
        action.error(`error: there is no environment '${environment}': no file ${over}${known}`);
      }
      action.setOptionValue('file', `${file}${delimiter}${over}`);
    });
  return command.addOption(
    new Option('-f, --file <stack.yaml>', 'the stack file; repeat it to merge several, the later one wins')
      .argParser((file: string, before: string) =>
        before === defaultFile ? file : `${before}${delimiter}${file}`,
      )
      .default(defaultFile, 'BIGDATA_STACK, else stack.yaml of the current folder, else that of this clone'),
  );
}

/** Names of the environments of a stack file. */
function environmentsIn(folder: string, stem: string, ext: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter(
      (file) =>
        file.startsWith(`${stem}.`) && file.endsWith(ext) && file.length > stem.length + ext.length + 1,
    )
    .map((file) => file.slice(stem.length + 1, file.length - ext.length))
    .toSorted();
}

export function withCluster(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--context <name>',
        'use your own cluster, by its kubeconfig context, instead of the local one',
      ).env('BIGDATA_CONTEXT'),
    )
    .addOption(
      new Option(
        '--kubeconfig <file>',
        'kubeconfig with the context (default: KUBECONFIG, else ~/.kube/config)',
      ).env('BIGDATA_KUBECONFIG'),
    );
}

/** Values over those of the stack file. @param form - of one assignment */
export function withSet(command: Command, form: string, what: string): Command {
  return command.addOption(
    new Option(`--set <${form}>`, `${what}; repeatable`)
      .argParser((assignment: string, others: readonly string[]) => [...others, assignment])
      .default([], 'none'),
  );
}

export function withYes(command: Command, what: string): Command {
  return command.option('-y, --yes', `do not ask before ${what}`, false);
}

/** What is wrong with a port, undefined if nothing is. */
export function refusePort(text: string): string | undefined {
  return refuseNumber('A port', text, 1, highestPort);
}

/** @throws InvalidArgumentError, which commander turns into a usage error */
export function parsePort(text: string): number {
  return accepted(text, refusePort(text));
}

/** @throws InvalidArgumentError, which commander turns into a usage error */
export function parseRevision(text: string): number {
  return accepted(text, refuseNumber('A revision', text, 1));
}

/** Lines, or -1 for all. @throws InvalidArgumentError, which commander turns into a usage error */
export function parseTail(text: string): number {
  return accepted(text, refuseNumber('It', text, -1));
}

function refuseNumber(what: string, text: string, least: number, most = Infinity): string | undefined {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return undefined;
  return `${what} is a whole number from ${least}${most === Infinity ? '' : ` to ${most}`}.`;
}

function accepted(text: string, refusal: string | undefined): number {
  if (refusal !== undefined) throw new InvalidArgumentError(refusal);
  return Number(text);
}

/** Examples below a command's options. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [line: string, what: string])[],
): Command {
  const lines = examples.map(([line, what]) => `  # ${what}\n  ${line}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n\n')}`);
}
