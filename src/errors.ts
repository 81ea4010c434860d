/**
 * The one error that is meant for people.
 *
 * @module
 */

/** Exit codes of the command line. */
export const ExitCode = {
  ok: 0,
  /** An operation ran and something in it failed; of `status`: something is not as it should be. */
  failed: 1,
  /** Bad input: usage, stack file, values. Nothing was touched. */
  usage: 2,
  /** The environment cannot do it: no root, no disk, unreachable cluster or Temporal, missing tool. */
  environment: 3,
  /** Another operation holds the stack. */
  busy: 4,
  /** The operation waits for a person's decision, and goes on after it. */
  decision: 5,
  /** Detached by Ctrl-C; the operation goes on. */
  detached: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The four things a person needs, and the exit code. */
export interface UserErrorParts {
  /** What was wrong, one sentence. */
  readonly message: string;
  /** File and line, or object and namespace. */
  readonly where?: string;
  /** What was left unchanged, or is already done and stays. */
  readonly unchanged?: string;
  /** What to do next. */
  readonly next: string;
  readonly exitCode: ExitCode;
  readonly cause?: unknown;
}

/** An error that says what was wrong, where, what was left unchanged and what to do next. */
export class UserError extends Error {
  readonly where: string | undefined;
  readonly unchanged: string | undefined;
  readonly next: string;
  readonly exitCode: ExitCode;

  constructor(parts: UserErrorParts) {
    super(parts.message, { cause: parts.cause });
    this.name = 'UserError';
    this.where = parts.where;
    this.unchanged = parts.unchanged;
    this.next = parts.next;
    this.exitCode = parts.exitCode;
  }
}
