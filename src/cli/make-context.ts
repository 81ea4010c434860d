/** @module */
import type { Paths } from '../paths.js';
import type { CommandContext, Interruption } from './command.js';
import { makePlatform } from './platform/make-platform.js';
import { LineProgress } from './progress/lines.js';
import type { Progress } from './progress/progress.js';
import { terminalQuestions } from './questions.js';
import { makeStyle, wantsColour } from './render/style.js';

/** Where progress is shown: standard error, where standard output belongs to a document or to another program. */
export type ProgressPlace = 'stdout' | 'stderr' | 'nowhere';

/** Columns where there is no terminal to ask. */
const defaultWidth = 120;

/**
 * The context of a command in this process: its terminal, and the real platform.
 *
 * @param verbose - whether each step of progress is a line of its own
 * @param onInterrupt - told what Ctrl-C means from then on; undefined if the command deals with it itself
 */
export async function makeContext(
  paths: Paths,
  place: ProgressPlace,
  verbose: boolean,
  onInterrupt: (interruption: Interruption | undefined) => void,
): Promise<CommandContext> {
  return {
    platform: makePlatform(paths),
    progress: await makeProgress(place, verbose),
    style: makeStyle(wantsColour(process.stdout, process.env)),
    width: process.stdout.columns ?? defaultWidth,
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    // Who wants no progress does not see what a decision is about.
    attended: place !== 'nowhere' && process.stdin.isTTY && process.stdout.isTTY,
    questions: terminalQuestions,
    onInterrupt,
  };
}

async function makeProgress(place: ProgressPlace, verbose: boolean): Promise<Progress> {
  const lines = (stream: NodeJS.WriteStream): Progress =>
    new LineProgress((text) => stream.write(text), undefined, verbose ? 0 : undefined);
  if (place === 'nowhere') {
    return new LineProgress(() => {});
  }
  if (place === 'stderr') {
    return lines(process.stderr);
  }
  if (verbose || !process.stdout.isTTY || process.env['TERM'] === 'dumb') {
    return lines(process.stdout);
  }
  const { LiveProgress } = await import('./progress/live.js');
  return new LiveProgress(process.stdout);
}
