/** @module */
import { appendFile, chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';

import { UserError } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Paths } from '../paths.js';
import { redactText } from '../redaction/text.js';
import type { OutputFormat } from './program/options.js';
import { printed } from './render/document.js';
import { errorDocument, exitCodeOf, renderUnexpectedError, renderUserError } from './render/error.js';
import { makeStyle, wantsColour } from './render/style.js';
import { makePrivateFolder } from '../util/private-folder.js';

/**
 * Tells a person (on stderr) or a program (on stdout) about an error, and gives the exit code.
 *
 * @param withTarget - adds the options by which further commands are about the same stack and cluster
 */
export async function reportError(
  error: unknown,
  paths: Paths,
  { output, verbose }: { readonly output: OutputFormat; readonly verbose: boolean },
  withTarget: (text: string) => string,
): Promise<ExitCode> {
  const style = makeStyle(wantsColour(process.stderr, process.env));
  if (output !== 'text') {
    process.stdout.write(printed(errorDocument(error), output));
  }
  if (error instanceof UserError) {
    process.stderr.write(withTarget(renderUserError(error, style)));
  } else {
    const file = await writeTrace(error, paths);
    process.stderr.write(withTarget(renderUnexpectedError(error, verbose ? undefined : file, style)));
  }
  return exitCodeOf(error);
}

/** Where stack traces of unexpected errors are kept. */
export function errorLog(paths: Paths): string {
  return join(paths.state, 'logs', 'errors.log');
}

/** Undefined where not even a log can be written, e.g. on a full disk: then the trace goes to the terminal. */
async function writeTrace(error: unknown, paths: Paths): Promise<string | undefined> {
  const file = errorLog(paths);
  try {
    await makePrivateFolder(dirname(file));
    const text = `${new Date().toISOString()} ${process.argv.slice(2).join(' ')}\n${inspect(error)}\n\n`;
    await appendFile(file, redactText(text), { mode: 0o600 });
    await chmod(file, 0o600);
    return file;
  } catch {
    return undefined;
  }
}
