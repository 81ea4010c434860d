/**
 * Programs that a kubeconfig names to get credentials from, run as kubectl runs them: with what they are told of the cluster, with
 * the terminal where there is one, and not for ever.
 *
 * @module
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { KubeConfig } from '@kubernetes/client-node';

/** Milliseconds for a program that asks a person, or does not. */
const limits = { interactive: 300_000, silent: 60_000 } as const;

/** What a kubeconfig says of such a program; the library has no type for it. */
interface ExecConfig {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: 'Never' | 'IfAvailable' | 'Always';
  readonly installHint?: string;
}

type Run = (command: string, args: readonly string[] | undefined, options: SpawnOptions) => ChildProcess;

/** Who runs such programs in the library. */
interface Runner {
  execFn?: Run;
}

/** Has the programs of a kubeconfig run that way. */
export function runExecPlugins(config: KubeConfig): void {
  const exec = config.getCurrentUser()?.exec as ExecConfig | undefined;
  if (!exec) return;
  const { authenticators } = config as unknown as { readonly authenticators: readonly Runner[] };
  const runner = authenticators.find((each) => each.execFn !== undefined);
  if (!runner) throw new Error('the Kubernetes client has no way to run exec plugins any more');
  runner.execFn = (command, args, options) => run(config, exec, { command, args: args ?? [], options });
}

function run(
  config: KubeConfig,
  exec: ExecConfig,
  { command, args, options }: { command: string; args: readonly string[]; options: SpawnOptions },
): ChildProcess {
  const isInteractive = exec.interactiveMode !== 'Never' && process.stdin.isTTY;
  const limit = isInteractive ? limits.interactive : limits.silent;
  const child = spawn(command, args, {
    ...options,
    env: {
      ...(options.env ?? process.env),
      KUBERNETES_EXEC_INFO: JSON.stringify(infoOf(config, exec, isInteractive)),
    },
    stdio: [isInteractive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
    timeout: limit,
  });
  // Where such programs ask, and say to which page to go.
  if (isInteractive) child.stderr?.pipe(process.stderr, { end: false });
  child.once('exit', (_code, signal) => {
    if (signal !== null)
      child.stderr?.emit('data', `${command} was ended by ${signal}, after ${limit / 1_000} s at most`);
  });
  child.prependOnceListener('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') return;
    const hint = exec.installHint === undefined ? '' : `\n${exec.installHint}`;
    error.message = `there is no program ${command}, from which the kubeconfig wants credentials${hint}`;
  });
  return child;
}

/** An ExecCredential, as the protocol has it (client.authentication.k8s.io). */
function infoOf(
  config: KubeConfig,
  { apiVersion, provideClusterInfo }: ExecConfig,
  interactive: boolean,
): object {
  const cluster = config.getCurrentCluster();
  const known = {
    server: cluster?.server,
    'tls-server-name': cluster?.tlsServerName,
    'insecure-skip-tls-verify': cluster?.skipTLSVerify,
    'certificate-authority-data': cluster?.caData,
    'proxy-url': cluster?.proxyUrl,
  };
  return {
    apiVersion: apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive, ...(provideClusterInfo === true ? { cluster: known } : {}) },
  };
}
