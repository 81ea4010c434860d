/**
 * What is wrong in a file, where, and what would be right.
 *
 * @module
 */
import { isAbsolute, relative } from 'node:path';
import { ExitCode, UserError } from '../../../errors.js';

/** A place in a file, both numbers from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One mistake in one file, at a place; without one if it is about the file as a whole. */
export interface Issue extends Partial<Position> {
  /** Absolute path. */
  readonly file: string;
  /** What is wrong; never a value that could be a secret. */
  readonly message: string;
  /** What would be right. */
  readonly hint: string;
}

/**
 * Mistakes in a stack file or in a component's files: all that were found, not only the first.
 *
 * Its message has one line an issue, `stack.yaml:12:5 what is wrong: what would be right`, with paths
 * relative to the working directory where that is shorter.
 */
export class StackFileError extends UserError {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], cause?: unknown) {
    const sorted = issues.toSorted(byPlace);
    super({
      message: sorted.map(formatIssue).join('\n'),
      unchanged: 'Nothing was touched',
      next: 'Correct the places named above, then run the same command again',
      exitCode: ExitCode.usage,
      cause,
    });
    this.name = 'StackFileError';
    this.issues = sorted;
  }
}

/** Collects issues over several steps, so that people see all of them at once. */
export class IssueCollector {
  readonly #issues: Issue[] = [];

  add(...issues: readonly Issue[]): void {
    this.#issues.push(...issues);
  }

  /** Runs a step; a {@link StackFileError} is collected and gives `undefined`, any other error passes through. */
  async attempt<T>(step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof StackFileError)) {
        throw error;
      }
      this.add(...error.issues);
      return undefined;
    }
  }

  /** @throws {@link StackFileError} with everything collected, if anything was. */
  throwIfAny(): void {
    if (this.#issues.length > 0) {
      throw new StackFileError(this.#issues);
    }
  }
}

function formatIssue({ file, line, column, message, hint }: Issue): string {
  // An option is no file.
  const isPlaced = line !== undefined && column !== undefined && !file.startsWith('--');
  const place = isPlaced ? `:${line}:${column}` : ':';
  return `${shortPath(file)}${place} ${message}: ${hint}`;
}

function shortPath(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return fromHere === '' || fromHere.startsWith('..') || isAbsolute(fromHere) ? file : fromHere;
}

function byPlace(a: Issue, b: Issue): number {
  return (
    a.file.localeCompare(b.file, 'en') || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
  );
}
