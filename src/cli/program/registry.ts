/**
 * What commands register with: the program, and the ways in which a command begins.
 *
 * @module
 */
import type { Command } from 'commander';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { type OutputFormat, withCluster, withFile, withOutput } from './options.js';

/** A parsed command, ready to run. */
export type Action = (context: CommandContext) => Promise<CommandResult>;

/** Receives the one command that the arguments name, with those of its options that all commands understand. */
export type Dispatch = (options: Parsed, action: Action) => Promise<void>;

export interface ProgramOptions {
  readonly version: string;
  /** The stack file of the clone. */
  readonly defaultFile: string;
  readonly dispatch: Dispatch;
  /** Prints what a shell asked for, which waits for it at every key. */
  readonly write: (text: string) => void;
}

/** Options that do not depend on the command. */
export interface Parsed extends Partial<StackOptions> {
  readonly output: OutputFormat;
  /** True if standard output belongs to another program, and this one speaks on standard error. */
  readonly aside?: boolean;
  /** True if no progress is shown. */
  readonly quiet?: boolean;
  /** True if all progress is shown, and traces of errors. */
  readonly verbose?: boolean;
}

/** How `plan` and `up` take values: until the next `up` without them. */
export const setOnStack = [
  'component.key=value',
  'a value over those of the stack file, until the next `up` without it',
] as const;

type Run<Options> = (context: CommandContext, options: Options) => Promise<CommandResult>;

/** Handed to every command. */
export interface Registry extends ProgramOptions {
  readonly program: Command;
  /** A new command. */
  readonly command: (name: string, summary: string) => Command;
  /** A new command on a stack: with its file and its cluster. */
  readonly onStack: (name: string, summary: string) => Command;
  /** Runs a command; its code is loaded only then, so that `--help` is quick. */
  readonly run: <Options>(load: () => Promise<Run<Options>>) => (options: Options & Parsed) => Promise<void>;
  /** The same, of a command with a component as its argument. */
  readonly runOn: <Options>(
    load: () => Promise<Run<Options & { readonly component: string }>>,
  ) => (component: string, options: Options & Parsed) => Promise<void>;
  /** The same, of a command with any number of components as its arguments. */
  readonly runOnly: <Options>(
    load: () => Promise<Run<Options & { readonly only: readonly string[] }>>,
  ) => (only: readonly string[], options: Options & Parsed) => Promise<void>;
}

export function makeRegistry(program: Command, options: ProgramOptions): Registry {
  const { defaultFile, dispatch } = options;
  const command = (name: string, summary: string): Command =>
    withOutput(program.command(name).description(summary));
  return {
    ...options,
    program,
    command,
    onStack: (name, summary) => withCluster(withFile(command(name, summary), defaultFile)),
    run: (load) => (given) => dispatch(given, async (context) => (await load())(context, given)),
    runOn: (load) => (component, given) =>
      dispatch(given, async (context) => (await load())(context, { ...given, component })),
    runOnly: (load) => (only, given) =>
      dispatch(given, async (context) => (await load())(context, { ...given, only })),
  };
}
