/**
 * Compiling Go programs with progress.
 *
 * @module
 */
import { execa, ExecaError } from 'execa';
import { ExitCode, UserError } from '../errors.js';
import type { Report } from '../progress.js';

/** What to compile. */
export interface GoBuild {
  /** Folder of the Go module. */
  readonly module: string;
  /** Package to build: a path in the module, or an import path that its go.mod pins. */
  readonly package: string;
  /** File to write. */
  readonly output: string;
  /** `-X` settings: variable → value. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What people call it. */
  readonly title: string;
}

/** Static, independent of the clone's path, and never with a compiler that Go would download. */
const environment = { CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '' };
const flags = ['-trimpath', '-buildvcs=false'];

/** Everything besides the sources that decides what comes out. */
export const goBuildInputs: string = JSON.stringify([environment, flags]);

/**
 * Version of the compiler, e.g. `go1.26.8`.
 *
 * @throws UserError if there is no Go.
 */
export async function goVersion(): Promise<string> {
  try {
    const { stdout } = await execa('go', ['env', 'GOVERSION', 'GOARCH'], { env: environment });
    return stdout.replaceAll(/\s+/g, ' ').trim();
  } catch (error) {
    throw new UserError({
      message: 'The Go compiler is missing; the local cluster is compiled from released Go modules.',
      where: '`go` is not in PATH',
      unchanged: 'Nothing was changed',
      next: 'Install Go 1.26.3 or newer (https://go.dev/dl), or use your own cluster: --context NAME',
      exitCode: ExitCode.environment,
      cause: error,
    });
  }
}

/**
 * Compiles one program. Progress counts packages; those that Go's own cache has are not counted one by one.
 *
 * @throws UserError with the compiler's last lines.
 */
export async function goBuild(build: GoBuild, report: Report): Promise<void> {
  const { module, title } = build;
  const options = { cwd: module, env: environment } as const;
  try {
    report({ text: `${title}: fetching Go modules` });
    const listed = await execa('go', ['list', '-deps', build.package], options);
    const total = listed.stdout.split('\n').length;
    const settings = Object.entries(build.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
    const linker = ['-s', '-w', ...settings].join(' ');
    const compiler = execa(
      'go',
      ['build', ...flags, '-v', '-ldflags', linker, '-o', build.output, build.package],
      options,
    );
    let done = 0;
    report({ text: `${title}: compiling`, done, total });
    for await (const line of compiler.iterable({ from: 'stderr' })) {
      done = Math.min(done + 1, total);
      report({ text: `${title}: compiling ${line}`, done, total });
    }
    await compiler;
    report({ text: `${title}: compiled`, done: total, total });
  } catch (error) {
    if (!(error instanceof ExecaError)) {
      throw error;
    }
    throw new UserError({
      message: `${title} could not be compiled.`,
      where: module,
      unchanged: 'Nothing that runs was changed; what was compiled so far is kept in the Go build cache',
      next: `Look at the cause and run the same command again:\n${failureOf(error)}`,
      exitCode: ExitCode.environment,
      cause: error,
    });
  }
}

function failureOf(error: ExecaError): string {
  const lines = String(error.stderr ?? error.shortMessage)
    .trim()
    .split('\n');
  const told = lines.filter((line) => /[: ]/.test(line));
  return (told.length > 0 ? told : [error.shortMessage]).slice(-8).join('\n');
}
