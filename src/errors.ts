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
  /** Ended by Ctrl-C; an operation that runs goes on. */
  detached: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The four things a person needs, and the exit code. Their first letters and full stops are put in order by the error. */
export interface UserErrorParts {
  /** What was wrong. */
  readonly message: string;
  /** File and line, or object and namespace. */
  readonly where?: string;
  /** What was left unchanged, or is already done and stays. */
  readonly unchanged?: string;
  /** What to do next. Further lines stay as they are. */
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
    super(parts.message.replace(/\.$/, ''), { cause: parts.cause });
    this.name = 'UserError';
    this.where = parts.where;
    this.unchanged = parts.unchanged === undefined ? undefined : sentence(parts.unchanged);
    this.next = sentence(parts.next);
    this.exitCode = parts.exitCode;
  }
}

/** Begins the first line with a capital letter, and ends it with a full stop unless other punctuation, code or a list ends it. */
export function sentence(text: string): string {
  const [first = '', ...more] = text.split('\n');
  const capital = `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
  const ended = capital === '' || /[.?!:]$/.test(capital) ? capital : `${capital}.`;
  return [ended, ...more].join('\n');
}
