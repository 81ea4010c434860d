/**
 * Where the command line begins and, alone in this program, where the process exits.
 *
 * @module
 */
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { CommanderError } from 'commander';

import { ExitCode } from '../errors.js';
import { clonePaths } from '../paths.js';
import { exemptFromProxies, loopback } from '../processes/proxies.js';
import type { Interruption } from './command.js';
import type { ProgressPlace } from './make-context.js';
import type { OutputFormat } from './program/options.js';
import { cloneStackFile, defaultStackFile } from './program/default-stack-file.js';
import { optionsToward } from './program/command-line.js';
import { makeProgram, stackCommands } from './program/program.js';
import type { Action, Parsed } from './program/registry.js';
import { withTargetOptions } from './render/target-options.js';
import { printed } from './render/document.js';
import { reportError } from './report-error.js';

// Who reads the output may have read enough: `bigdata status | head`. The command goes on, and ends as it would have.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

// Temporal's client would ask a proxy for what runs here.
exemptFromProxies(process.env, loopback);

const paths = clonePaths();
const { version } = JSON.parse(readFileSync(join(paths.root, 'package.json'), 'utf8')) as { version: string };

const defaultFile = defaultStackFile(paths.root, process.env, process.cwd());

const program = makeProgram({
  version,
  defaultFile,
  dispatch: runAction,
  write: (text) => process.stdout.write(text),
}).exitOverride();
for (const command of program.commands.flatMap((each) => [each, ...each.commands])) {
  command.exitOverride();
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) {
    throw error;
  }
  const format = wantedFormat(process.argv);
  if (error.exitCode !== 0 && format !== undefined) {
    const message = error.message.replace(/^error: /, '');
    const document = { message, unchanged: 'Nothing was touched.', next: 'See --help.' };
    process.stdout.write(printed({ error: document }, format));
  }
  process.exit(error.exitCode === 0 ? ExitCode.ok : ExitCode.usage);
}

/** What a command line that cannot be parsed says of its output; undefined where it is text. */
function wantedFormat(words: readonly string[]): 'json' | 'yaml' | undefined {
  const [, format] = /(?:^| )(?:-o|--output)[ =]?(json|yaml)(?: |$)/.exec(words.join(' ')) ?? [];
  return format as 'json' | 'yaml' | undefined;
}

async function runAction(options: Parsed, action: Action): Promise<void> {
  const { output, verbose = false } = options;
  const target = optionsToward(paths, options);
  const withTarget = (text: string): string => withTargetOptions(text, target, stackCommands(program));
  try {
    // Loads Kubernetes' and Temporal's clients, which `--help` and usage errors need not wait for.
    const { makeContext } = await import('./make-context.js');
    const context = await makeContext(
      paths,
      progressOf(options),
      verbose,
      makeInterruptHandler(output, withTarget),
    );
    // Nobody named it: whoever expects another one should see that at once.
    if (options.file === defaultFile && defaultFile !== cloneStackFile(paths.root))
      context.progress.note(`stack file: ${defaultFile}`);
    const result = await action(context);
    await print(
      process.stdout,
      output === 'text' ? withTarget(result.text) : printed(result.document, output),
    );
    process.exit(result.exitCode);
  } catch (error) {
    process.exit(await reportError(error, paths, { output, verbose }, withTarget));
  }
}

function progressOf({ quiet, aside, output }: Parsed): ProgressPlace {
  if (quiet === true) return 'nowhere';
  return aside === true || output !== 'text' ? 'stderr' : 'stdout';
}

/** Ctrl-C ends this process at once: what it watches goes on elsewhere, and what it did itself is taken up again. */
function makeInterruptHandler(
  output: OutputFormat,
  withTarget: (text: string) => string,
): (interruption: Interruption | undefined) => void {
  let current: Interruption = {
    text: 'Interrupted. Run the same command again: it goes on from here.\n',
    document: { interrupted: true },
  };
  const handle = (): void => {
    process.stderr.write(`\n${withTarget(current.text)}`);
    if (output !== 'text') {
      writeSync(process.stdout.fd, printed(current.document, output));
    }
    process.exit(ExitCode.detached);
  };
  process.on('SIGINT', handle);
  return (interruption) => {
    if (interruption === undefined) {
      process.off('SIGINT', handle);
    } else {
      current = interruption;
    }
  };
}

/** A pipe takes a large document in pieces: exiting before the last one would cut it. */
function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}
