/**
 * Helm's own program, started for each call.
 *
 * @module
 */
import { execa } from 'execa';
import { isStarterFailure, withParentDeathSignal } from '../processes/parent-death-signal.js';
import { commandOf } from './calls.js';
import { helmEnvironment } from './environment.js';
import { HelmError, errorOf, linesOf } from './errors.js';
import type { HelmOptions, MakeCall } from './helm.js';

/** Makes each call by a process of its own. */
export function helmProcesses({ binary, home, kubeconfig, context }: Omit<HelmOptions, 'service'>): MakeCall {
  const contextArgs = context === undefined ? [] : ['--kube-context', context];
  return async (call, { namespace, signal, lock }) => {
    const { args, input = '' } = commandOf(call);
    const [program, ...all] = await withParentDeathSignal(binary, [
      ...args,
      '--namespace',
      namespace,
      ...contextArgs,
    ]);
    lock?.lost.throwIfAborted();
    const running = execa(program, all, {
      env: helmEnvironment({ kubeconfig }, home, lock?.token),
      extendEnv: false,
      input,
      reject: false,
      // The worker drains on SIGTERM; execa's own clean-up would kill it at once.
      cleanup: false,
      forceKillAfterDelay: 10_000,
      maxBuffer: 8_000_000,
      ...(signal ? { cancelSignal: signal } : {}),
    });
    const kill = () => running.kill('SIGKILL');
    lock?.lost.addEventListener('abort', kill);
    const result = await running;
    lock?.lost.removeEventListener('abort', kill);
    if (!result.failed) return result.stdout;
    // Which says on standard output what is wrong.
    const said = call.do === 'lint' ? `${result.stderr}\n${result.stdout}` : result.stderr;
    throw failureOf({ ...result, stderr: said }, binary);
  };
}

/** The part of execa's result that tells why. */
interface FailedCall {
  readonly isCanceled: boolean;
  readonly code?: string | undefined;
  readonly signal?: string | undefined;
  readonly stderr: string;
  readonly stdout: string;
}

function failureOf({ isCanceled, code, signal, stderr, stdout }: FailedCall, binary: string): HelmError {
  if (isCanceled) return new HelmError('cancelled', 'Helm was stopped');
  if (code === 'ENOENT' || code === 'EACCES' || isStarterFailure(stderr))
    return new HelmError('missing', `there is no Helm at ${binary}`);
  const text = stderr.trim() === '' ? stdout : stderr;
  if (signal !== undefined)
    return new HelmError('unknown', `Helm was killed by ${signal}`, { lines: linesOf(text).slice(-20) });
  return errorOf(text);
}
