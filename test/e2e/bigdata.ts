/**
 * The command line as a person or a script uses it: the real program, in a process of its own.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { ExitCode } from '../../src/errors.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';

/** What a command ended with. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line with its own state folder: nobody else's cluster, Temporal or worker. */
export class Bigdata {
  readonly state: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #program: string;

  /**
   * @param environment - set on top of this process's, without what would lead to other clusters or servers
   * @param clone - folder whose program it is
   */
  constructor(state: string, environment: Readonly<Record<string, string>> = {}, clone = '.') {
    this.#program = resolve(clone, 'bin', 'bigdata.mjs');
    this.state = state;
    this.#environment = { ...inherited(), BIGDATA_STATE: state, ...environment };
  }

  with(environment: Readonly<Record<string, string>>): Bigdata {
    return new Bigdata(this.state, environment);
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ended> {
    return this.#run(
      args,
      () => true,
      () => {},
    );
  }

  /** The document of a command that must succeed. */
  async json<Document>(...args: string[]): Promise<Document> {
    const { exitCode, stdout, stderr } = await this.run(...args, '--output', 'json');
    if (exitCode !== 0) {
      const printed = [stdout, stderr, ...causesIn(stdout)].join('\n');
      throw new Error(`bigdata ${args.join(' ')} ended with ${exitCode}:\n${printed}`);
    }
    return JSON.parse(stdout) as Document;
  }

  /** The document of `status`, whose exit code tells how things stand. */
  async status<Document>(...args: string[]): Promise<Document> {
    const { exitCode, stdout, stderr } = await this.run('status', ...args, '--output', 'json');
    const told: readonly number[] = [ExitCode.ok, ExitCode.failed, ExitCode.decision];
    if (!told.includes(exitCode)) throw new Error(`bigdata status ended with ${exitCode}:\n${stderr}`);
    return JSON.parse(stdout) as Document;
  }

  /** Starts a command and presses Ctrl-C as soon as it has printed what is waited for. */
  async interruptAfter(text: RegExp, ...args: string[]): Promise<Ended> {
    return await this.actAfter(text, (command) => command.kill('SIGINT'), ...args);
  }

  /** Starts a command and does something, to it or to others, as soon as it has printed what is waited for. */
  async actAfter(text: RegExp, act: (command: ChildProcess) => void, ...args: string[]): Promise<Ended> {
    const ended = await this.#run(args, (printed) => text.test(printed), act);
    if (!text.test(ended.stdout + ended.stderr)) {
      throw new Error(
        `bigdata ${args.join(' ')} ended before it printed ${text}:\n${ended.stderr}\n${ended.stdout}`,
      );
    }
    return ended;
  }

  get kubeconfig(): string {
    return join(this.state, 'kubeconfig');
  }

  /**
   * @param isTime - told what was printed so far
   * @param act - done once, when it is time
   */
  async #run(
    args: readonly string[],
    isTime: (printed: string) => boolean,
    act: (command: ChildProcess) => void,
  ): Promise<Ended> {
    const child = spawn(process.execPath, [this.#program, ...args], {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = { stdout: '', stderr: '' };
    let acted = false;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        printed[name] += chunk;
        if (!acted && isTime(printed.stdout + printed.stderr)) {
          acted = true;
          act(child);
        }
      });
    }
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode: exitCode ?? -1, ...printed };
  }
}

/** Why components failed, by a document of an operation: what a cut log must not lose. */
function causesIn(document: string): string[] {
  try {
    const { components } = JSON.parse(document) as Partial<OperationState>;
    return (components ?? [])
      .filter(({ phase }) => phase === 'failed')
      .map(({ name, cause }) => `${name} failed: ${JSON.stringify(cause, undefined, 2)}`);
  } catch {
    return [];
  }
}

function inherited(): Record<string, string> {
  const foreign = /^(KUBECONFIG$|TEMPORAL_|BIGDATA_(?!CACHE$))/;
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !foreign.test(entry[0]),
  );
  // A file that does not exist keeps Temporal's configuration of whoever runs the tests out.
  return { ...Object.fromEntries(kept), TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };
}
