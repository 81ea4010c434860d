/**
 * What can stand next on a command line: for shells. Pure.
 *
 * @module
 */
import type { Argument, Command, Option } from 'commander';

export interface Completion {
  /** Words that begin with what was typed. */
  readonly words: readonly string[];
  /** True if a component of the stack file may stand here. */
  readonly component: boolean;
}

/**
 * @param typed - the words after `bigdata`, the last one as far as it was typed
 */
export function complete(program: Command, typed: readonly string[]): Completion {
  const prefix = typed.at(-1) ?? '';
  const before = typed.slice(0, -1);
  const { command, rest } = commandOf(program, before);
  const open = optionOf(command, before.at(-1));
  // Its value comes next; of a file the shell knows more.
  if (open !== undefined) return words(open.argChoices ?? [], prefix);
  if (prefix.startsWith('-')) return words(optionsOf(command), prefix);
  if (command.commands.length > 0) {
    const named = command.createHelp().visibleCommands(command);
    return words(
      named.map((each) => each.name()),
      prefix,
    );
  }
  const argument = argumentAt(command.registeredArguments, rest.length);
  return { words: [], component: argument?.name() === 'component' };
}

/** The command that the words lead to, and its arguments so far. */
function commandOf(program: Command, typed: readonly string[]): { command: Command; rest: string[] } {
  let command = program;
  const rest: string[] = [];
  for (const [index, word] of typed.entries()) {
    if (word.startsWith('-') || optionOf(command, typed[index - 1]) !== undefined) continue;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) rest.push(word);
    else command = next;
  }
  return { command, rest };
}

/** The option that this word is, if a value of it comes next. */
function optionOf(command: Command, word: string | undefined): Option | undefined {
  return command.options.find(
    (option) => option.required && word !== undefined && (option.long === word || option.short === word),
  );
}

function optionsOf(command: Command): string[] {
  return [...command.options.map(({ long }) => long ?? ''), '--help'].filter((name) => name !== '');
}

/** The last one takes all that follow if it takes several. */
function argumentAt(registered: readonly Argument[], index: number): Argument | undefined {
  const last = registered.at(-1);
  return registered[index] ?? (last?.variadic === true ? last : undefined);
}

function words(all: readonly string[], prefix: string): Completion {
  return { words: matching(all, prefix), component: false };
}

export function matching(all: readonly string[], prefix: string): string[] {
  return all.filter((word) => word.startsWith(prefix)).toSorted();
}
