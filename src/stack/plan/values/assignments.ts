/**
 * Values that are given on the command line: `--set KEY=VALUE`.
 *
 * @module
 */
import { ExitCode, UserError } from '../../../errors.js';
import { parseDocument } from '../../files/document/source-document.js';
import type { SourceDocument } from '../../files/document/source-document.js';

/** What is read as in a stack file; all else is text as it stands. */
const written = /^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|["'[{][^]*)$/;

/**
 * One assignment as a document of its own, so that what is wrong with its value is told as of a file.
 *
 * A dot leads into a mapping, `\.` is a dot of the key itself. The value is a number, `true`, `false`, `null`, text in
 * quotes, a list `[a, b]` or a mapping `{a: 1}` where it is written so in YAML, else text.
 *
 * @param text - `config.log\.retention\.hours=24`
 * @param component - whose value it is, for what is wrong with it
 * @throws UserError if it is no assignment, {@link StackFileError} if its value cannot be read
 */
export function parseAssignment(text: string, component?: string): SourceDocument {
  const equals = text.indexOf('=');
  const path = equals === -1 ? [] : splitPath(text.slice(0, equals));
  if (path.length === 0 || path.some((key) => key === '' || /[[\]]/.test(key))) {
    // Without the value, which may be a secret.
    throw notAssigned(equals === -1 ? text : `${text.slice(0, equals)}=…`);
  }
  const value = text.slice(equals + 1);
  const lines = path.map((key, depth) => `${'  '.repeat(depth)}${JSON.stringify(key)}:`);
  const yaml = written.test(value) ? value : JSON.stringify(value);
  const named = component === undefined ? path : [component, ...path];
  return parseDocument(`--set ${named.join('.')}`, `${lines.join('\n')} ${yaml}\n`);
}

function splitPath(text: string): string[] {
  return text.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'));
}

function notAssigned(text: string): UserError {
  return new UserError({
    message: `${JSON.stringify(text)} names no value`,
    where: '--set',
    unchanged: 'Nothing was touched',
    next: 'Write KEY=VALUE, for example replicas=3 (for `up` and `plan`, COMPONENT.KEY=VALUE); a list is set whole: hosts=[a,b]',
    exitCode: ExitCode.usage,
  });
}
