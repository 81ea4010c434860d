/**
 * How errors look to people and to programs.
 *
 * @module
 */
import { ExitCode, UserError } from '../../errors.js';
import type { Style } from './style.js';
import { supportHint } from './support-hint.js';
import { errorText } from '../../util/error-text.js';

/** An error as one JSON document. */
export interface ErrorDocument {
  readonly error: {
    readonly message: string;
    readonly where?: string;
    readonly unchanged?: string;
    readonly next?: string;
  };
}

/** What was wrong, where, what is unchanged, what to do next: a line each. */
export function renderUserError(error: UserError, style: Style): string {
  const lines = [style.bad(`Error: ${error.message}`)];
  const add = (label: string, text: string | undefined): void => {
    if (text !== undefined) {
      lines.push(`  ${style.faint(`${label}:`.padEnd(10))} ${indentFurtherLines(text)}`);
    }
  };
  add('where', error.where);
  add('unchanged', error.unchanged);
  add('next', error.next);
  // Bad input and a missing tool are for the person to fix.
  const hint = error.exitCode === ExitCode.failed ? supportHint(style) : '';
  return `${lines.join('\n')}\n${hint}`;
}

/** @param logFile - where the stack trace was written */
export function renderUnexpectedError(error: unknown, logFile: string | undefined, style: Style): string {
  const message = errorText(error);
  const lines = [style.bad(`Error: ${message}`)];
  for (let cause = causeOf(error); cause !== undefined; cause = causeOf(cause)) {
    lines.push(`  because: ${errorText(cause)}`);
  }
  lines.push(
    logFile === undefined
      ? `  ${error instanceof Error ? (error.stack ?? '') : ''}`
      : `  ${style.faint('stack trace:')} ${logFile}`,
    '  This is a bug in bigdata. Running the same command again is safe.',
  );
  return `${lines.join('\n')}\n${supportHint(style)}`;
}

export function errorDocument(error: unknown): ErrorDocument {
  const message = errorText(error);
  if (!(error instanceof UserError)) {
    return { error: { message } };
  }
  const { where, unchanged, next } = error;
  return {
    error: {
      message,
      ...(where === undefined ? {} : { where }),
      ...(unchanged === undefined ? {} : { unchanged }),
      next,
    },
  };
}

export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof UserError ? error.exitCode : ExitCode.failed;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function indentFurtherLines(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(13)}`);
}
