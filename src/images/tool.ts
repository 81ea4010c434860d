/**
 * Running the programs that images are made with.
 *
 * @module
 */
import { execa, ExecaError } from 'execa';
import { ExitCode, UserError } from '../errors.js';

/** One run of a program. */
export interface ToolRun {
  readonly program: string;
  readonly arguments: readonly string[];
  /** What it is run for, to complete the sentence "… failed". */
  readonly purpose: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with every line that it writes. */
  readonly onLine?: (line: string) => void;
}

/** Debian packages that bring the programs. */
const packages: Readonly<Record<string, string>> = {
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  mvn: 'maven and openjdk-17-jdk-headless',
  pip3: 'python3-pip',
};

/**
 * Runs a program to its end and returns what it wrote to standard output.
 *
 * @throws UserError that names the missing program, or the program's last lines if it failed.
 */
export async function runTool(run: ToolRun): Promise<string> {
  try {
    const running = execa(run.program, run.arguments, {
      ...(run.cwd !== undefined && { cwd: run.cwd }),
      ...(run.environment !== undefined && { env: run.environment }),
      all: true,
      stdin: 'ignore',
    });
    if (run.onLine !== undefined) {
      for await (const line of running.iterable({ from: 'all' })) {
        run.onLine(line);
      }
    }
    return (await running).stdout;
  } catch (error) {
    if (!(error instanceof ExecaError)) {
      throw error;
    }
    throw error.code === 'ENOENT' ? missing(run, error) : failed(run, error);
  }
}

function missing(run: ToolRun, cause: ExecaError): UserError {
  return new UserError({
    message: `${run.program} is missing; ${run.purpose} needs it.`,
    where: `${run.program} is not in PATH`,
    unchanged: 'Nothing was changed',
    next: `Install it (on Debian: ${packages[run.program] ?? run.program}) and run the same command again`,
    exitCode: ExitCode.environment,
    cause,
  });
}

function failed(run: ToolRun, cause: ExecaError): UserError {
  const lines = String(cause.all ?? cause.shortMessage)
    .trim()
    .split('\n')
    .slice(-12);
  return new UserError({
    message: `${run.purpose} failed.`,
    where: run.cwd ?? run.program,
    unchanged: 'Images that were built earlier are kept',
    next: `Look at the last lines of ${run.program} and run the same command again:\n${lines.join('\n')}`,
    exitCode: ExitCode.environment,
    cause,
  });
}
