/**
 * What a command gets and gives: pure enough to be tested, since only main prints and exits.
 *
 * @module
 */
import type { ExitCode } from '../errors.js';
import type { Platform } from './platform/platform.js';
import type { Progress } from './progress/progress.js';
import type { Questions } from './questions.js';
import type { Style } from './render/style.js';

export interface CommandContext {
  readonly platform: Platform;
  readonly progress: Progress;
  readonly style: Style;
  /** Columns of the terminal. */
  readonly width: number;
  /** True if a person can be asked. */
  readonly interactive: boolean;
  /** True if a person watches what the command shows, and may act in another terminal meanwhile. */
  readonly attended: boolean;
  readonly questions: Questions;
  /** Sets what Ctrl-C says from now on; undefined if the command deals with it itself. */
  onInterrupt(interruption: Interruption | undefined): void;
}

/** What a person is told who ends a command with Ctrl-C. */
export interface Interruption {
  readonly text: string;
  readonly document: unknown;
}

/** What a command ends with. */
export interface CommandResult {
  /** One of {@link ExitCode}, or that of a program that was run for somebody. */
  readonly exitCode: ExitCode | number;
  /** For people, ends with a line break. */
  readonly text: string;
  /** For programs: the one document of `--output json`. */
  readonly document: unknown;
}

/** Which cluster a command works on; the local one if both are left out. */
export interface ClusterOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** Which stack on which cluster: what most commands take. */
export interface StackOptions extends ClusterOptions {
  /** The stack file. */
  readonly file: string;
  /** `COMPONENT.KEY=VALUE` each, over the values of the stack file. */
  readonly set?: readonly string[];
}
