/** @module */
import { createInterface } from 'node:readline/promises';

import type { Paths } from '../paths.js';
import type { CommandContext, Interruption } from './command.js';
import { makePlatform } from './platform/make-platform.js';
import { LineProgress } from './progress/lines.js';
import type { Progress } from './progress/progress.js';
import { makeStyle, wantsColour } from './render/style.js';

/** Columns where there is no terminal to ask. */
const defaultWidth = 120;

/**
 * The context of a command in this process: its terminal, and the real platform.
 *
 * @param aside - whether progress goes to standard error, as standard output belongs to a document or to another program
 * @param onInterrupt - told what Ctrl-C means from then on; undefined if the command deals with it itself
 */
export async function makeContext(
  paths: Paths,
  aside: boolean,
  onInterrupt: (interruption: Interruption | undefined) => void,
): Promise<CommandContext> {
  return {
    platform: makePlatform(paths),
    progress: await makeProgress(aside),
    style: makeStyle(wantsColour(process.stdout, process.env)),
    width: process.stdout.columns ?? defaultWidth,
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    attended: process.stdin.isTTY && process.stdout.isTTY,
    confirm,
    onInterrupt,
  };
}

async function makeProgress(aside: boolean): Promise<Progress> {
  if (aside) {
    return new LineProgress((text) => process.stderr.write(text));
  }
  if (!process.stdout.isTTY || process.env['TERM'] === 'dumb') {
    return new LineProgress((text) => process.stdout.write(text));
  }
  const { LiveProgress } = await import('./progress/live.js');
  return new LiveProgress(process.stdout);
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
