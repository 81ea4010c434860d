/**
 * Helm as a service: one process that answers many calls, started when the first is made, and ended when none has been
 * made for a while.
 *
 * @module
 */
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { thisProcess } from '../processes/location.js';
import { isStarterFailure, withParentDeathSignal } from '../processes/parent-death-signal.js';
import { shorten } from '../util/shorten.js';
import type { HelmCall } from './calls.js';
import { helmEnvironment, serviceToken } from './environment.js';
import { HelmError, errorOf, linesOf } from './errors.js';
import type { CallOptions, HelmOptions } from './helm.js';

export type HelmServiceOptions = Omit<HelmOptions, 'binary' | 'service'> & { readonly service: string };

/** Milliseconds for which the process waits for another call. */
const idle = 30_000;

/** Milliseconds between two words to the service that a lock is still held. */
const extensionInterval = 1_000;

/** Milliseconds that Helm has for writing that a release failed, when it is told to stop. */
const stopTimeout = 10_000;

/** Characters of what the process wrote to standard error last. */
const longestTail = 4_000;

interface Response {
  readonly id: number;
  readonly output: string;
  readonly failed: boolean;
  /** What Helm would have written to standard error. */
  readonly errors?: string;
}

interface Pending {
  resolve(output: string): void;
  reject(reason: Error): void;
}

type Child = ReturnType<typeof start>;

/** A process that runs, and the calls that it has not answered yet. */
interface Running {
  readonly child: Child;
  readonly pending: Map<number, Pending>;
  /** Why it has ended. */
  ended?: HelmError;
}

const services = new Map<string, HelmService>();

/** Makes calls by a service, which it starts. */
export class HelmService {
  readonly #options: HelmServiceOptions;
  #running: Promise<Running> | undefined;
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;

  private constructor(options: HelmServiceOptions) {
    this.#options = options;
  }

  /** One for all who ask for the same. */
  static for({ service, home, kubeconfig, context }: HelmServiceOptions): HelmService {
    const key = JSON.stringify([service, home, kubeconfig, context]);
    const known = services.get(key);
    if (known) return known;
    const made = new HelmService({ service, home, kubeconfig, ...(context !== undefined && { context }) });
    services.set(key, made);
    return made;
  }

  /** @throws HelmError; the lock's reason, if it was lost before */
  async call(call: HelmCall, { namespace, signal, lock }: CallOptions): Promise<string> {
    clearTimeout(this.#idle);
    const running = await (this.#running ??= this.#startOnce());
    lock?.lost.throwIfAborted();
    if (running.ended) throw running.ended;
    const id = ++this.#lastId;
    const over = new AbortController();
    const say = (word: object) => running.child.stdin.write(`${JSON.stringify({ id, ...word })}\n`);
    try {
      return await new Promise<string>((resolve, reject) => {
        running.pending.set(id, { resolve, reject });
        hold(running.child, true);
        const once = { once: true, signal: over.signal };
        const drop = (reason: HelmError) => {
          say({ do: 'drop' });
          reject(reason);
        };
        const stopped = new HelmError('cancelled', 'Helm was stopped');
        lock?.lost.addEventListener('abort', () => drop(new HelmError('unknown', 'Helm was killed')), once);
        const stop = () => {
          say({ do: 'cancel' });
          const patience = setTimeout(() => drop(stopped), stopTimeout);
          over.signal.addEventListener('abort', () => clearTimeout(patience));
          // However the call ends now.
          running.pending.set(id, { resolve: () => reject(stopped), reject });
        };
        say({ namespace, ...call, ...(lock && { heldFor: Math.floor(lock.heldFor()) }) });
        if (signal?.aborted) stop();
        else signal?.addEventListener('abort', stop, once);
        if (lock) {
          const extend = () => say({ do: 'extend', heldFor: Math.floor(lock.heldFor()) });
          const extension = setInterval(extend, extensionInterval);
          over.signal.addEventListener('abort', () => clearInterval(extension));
        }
      });
    } catch (error) {
      throw signal?.aborted && error instanceof HelmError && error.kind !== 'missing'
        ? new HelmError('cancelled', 'Helm was stopped')
        : error;
    } finally {
      over.abort();
      running.pending.delete(id);
      if (running.pending.size === 0) this.#rest(running);
    }
  }

  #startOnce(): Promise<Running> {
    const started = this.#start(() => {
      if (this.#running === started) this.#running = undefined;
    });
    return started;
  }

  async #start(forget: () => void): Promise<Running> {
    const { service, home, kubeconfig, context } = this.#options;
    const contextArgs = context === undefined ? [] : ['--kube-context', context];
    const [program, ...args] = await withParentDeathSignal(service, contextArgs);
    const located = await thisProcess();
    const child = start(
      program,
      args,
      helmEnvironment({ kubeconfig }, home, located && serviceToken(located)),
    );
    const running: Running = { child, pending: new Map() };
    let tail = '';
    child.stderr.on('data', (data: Buffer) => (tail = (tail + data.toString()).slice(-longestTail)));
    createInterface({ input: child.stdout }).on('line', (line) => answer(running, line));
    // Whatever it was, the process has ended then.
    child.stdin.on('error', () => {});
    void (async () => {
      const { code, shortMessage = 'for no reason' } = await child;
      forget();
      running.ended =
        isStarterFailure(tail) || code !== undefined
          ? new HelmError('missing', `there is no Helm at ${service}`)
          : new HelmError('unknown', shorten(`Helm ended: ${shortMessage}`, 200), {
              lines: linesOf(tail).slice(-20),
            });
      for (const { reject } of running.pending.values()) reject(running.ended);
    })();
    return running;
  }

  /** No call is under way. */
  #rest(running: Running): void {
    hold(running.child, false);
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#running = undefined;
      running.child.stdin.end();
    }, idle).unref();
  }
}

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const pipe = 'pipe' as const;
  return execa(program, args, {
    stdin: pipe,
    buffer: false,
    reject: false,
    env,
    extendEnv: false,
    cleanup: false,
  });
}

function answer({ pending }: Running, line: string): void {
  const { id, output, failed, errors = '' } = JSON.parse(line) as Response;
  const call = pending.get(id);
  if (failed) call?.reject(errorOf(errors));
  // As it is read from a process.
  else call?.resolve(output.replace(/\n$/, ''));
}

/** Whether this process stays for its child. */
function hold(child: Child, held: boolean): void {
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as {
    ref?(): void;
    unref?(): void;
  }[];
  for (const handle of handles) {
    if (held) handle.ref?.();
    else handle.unref?.();
  }
}
