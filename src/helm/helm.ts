/**
 * The Helm program, as far as it is needed here.
 *
 * @module
 */
import { execa } from 'execa';
import type { Values } from '../stack/plan/plan-types.js';
import { isStarterFailure, withParentDeathSignal } from '../processes/parent-death-signal.js';
import { type HelmConnection, helmEnvironment } from './environment.js';
import { HelmError, classify, linesOf, messageOf, reasoned } from './errors.js';
import { createTurns } from './turns.js';

export interface HelmOptions extends HelmConnection {
  /** Path of the program, or its name to be found on PATH. */
  readonly binary: string;
  /** Folder for Helm's cache, configuration and data. */
  readonly home: string;
}

/** Keeps two from changing a release at the same time. */
export interface HelmLock {
  /** Marks the process, so that it can be found after its parent died. */
  readonly token: string;
  /** Kills the call at once, without giving Helm the time to write that it failed. */
  readonly lost: AbortSignal;
}

/** A release by name. */
export interface ReleaseName {
  readonly release: string;
  readonly namespace: string;
  /** Ends the call: Helm may write that it failed. */
  readonly signal?: AbortSignal;
  readonly lock?: HelmLock;
}

export interface UpgradeInstall extends ReleaseName {
  /** Folder of the chart. */
  readonly chart: string;
  /** All of them: what an earlier revision had is forgotten. */
  readonly values: Values;
  /** Labels of the release's Secret. */
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds that a hook of the chart may take. */
  readonly timeout: number;
  /** True if objects that are no release's, or another's, become this one's; refused otherwise. */
  readonly adopt?: boolean;
}

export interface Rollback extends ReleaseName {
  readonly revision: number;
  /** Milliseconds that a hook of the chart may take. */
  readonly timeout: number;
}

export interface Uninstall extends ReleaseName {
  /** Milliseconds that a hook of the chart may take. */
  readonly timeout: number;
}

export interface Template extends ReleaseName {
  /** Folder of the chart. */
  readonly chart: string;
  readonly values: Values;
}

/** A release, as `helm list` and `helm status` tell it. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly status: string;
}

/** Helm. Every call throws {@link HelmError}. */
export interface Helm {
  /** Installs, or upgrades to exactly this chart and these values. Waits for hooks alone. */
  upgradeInstall(options: UpgradeInstall): Promise<void>;
  /** Goes back to a revision. Waits for hooks alone. */
  rollback(options: Rollback): Promise<void>;
  /** Removes a release; fine if there is none. Does not wait until its objects are gone. */
  uninstall(options: Uninstall): Promise<void>;
  /** Manifests of all hooks of the newest revision, as YAML documents. */
  hooks(release: ReleaseName): Promise<string>;
  /**
   * The manifests that an upgrade would apply, those of hooks included, as YAML documents. Looks up in the cluster what
   * the chart does, and touches nothing.
   */
  template(options: Template): Promise<string>;
  /** The newest revision; undefined if there is none. */
  status(release: ReleaseName): Promise<HelmRelease | undefined>;
  /** All releases of a namespace, in whatever state. */
  list(options: Omit<ReleaseName, 'release'>): Promise<HelmRelease[]>;
}

/** Revisions that Helm remembers: the current, the one before to go back to, and one that failed between. */
const history = 3;

/** Helm for one cluster. */
export function createHelm(options: HelmOptions): Helm {
  const turns = createTurns();
  const run = (args: readonly string[], call: Omit<ReleaseName, 'release'>, input?: string) =>
    turns(() => runHelm(options, [...args, '--namespace', call.namespace], call, input), call.signal);
  return {
    async upgradeInstall({ release, chart, values, labels, timeout, adopt, ...call }) {
      const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const args = [
        'upgrade', release, chart, '--install', '--values', '-', '--labels', pairs.join(','),
        // Without it, an empty mapping means "as before".
        '--reset-values',
        // The stack file decides, also over what somebody changed by hand.
        '--server-side=true', '--force-conflicts',
        '--history-max', String(history), '--hide-notes', '--timeout', seconds(timeout),
        ...(adopt ? ['--take-ownership'] : []),
      ]; // prettier-ignore
      // By standard input: nothing is left on disk, and nothing shows in the process list.
      await run(args, call, JSON.stringify(values));
    },
    async rollback({ release, revision, timeout, ...call }) {
      await run(
        [
          'rollback',
          release,
          String(revision),
          // As when it is upgraded.
          '--server-side=true',
          '--force-conflicts',
          '--history-max',
          String(history),
          '--timeout',
          seconds(timeout),
        ],
        call,
      );
    },
    async uninstall({ release, timeout, ...call }) {
      // Why a release could not be deleted Helm says to who debugs it, and to nobody else.
      const args = ['uninstall', release, '--ignore-not-found', '--timeout', seconds(timeout), '--debug'];
      await run(args, call);
    },
    async hooks({ release, ...call }) {
      return await run(['get', 'hooks', release], call);
    },
    async template({ release, chart, values, ...call }) {
      const args = ['template', release, chart, '--values', '-', '--is-upgrade', '--dry-run=server'];
      return await run(args, call, JSON.stringify(values));
    },
    async status({ release, ...call }) {
      const all = await listReleases(run, call, ['--filter', `^${release}$`]);
      return all[0];
    },
    async list(call) {
      return await listReleases(run, call, []);
    },
  };
}

async function listReleases(
  run: (args: readonly string[], call: Omit<ReleaseName, 'release'>) => Promise<string>,
  call: Omit<ReleaseName, 'release'>,
  filter: readonly string[],
): Promise<HelmRelease[]> {
  // `helm status` prints the whole manifest, Secrets included; `helm list` prints what is needed.
  const states = ['--deployed', '--failed', '--pending', '--superseded', '--uninstalled', '--uninstalling'];
  const output = await run(['list', ...states, ...filter, '--max', '0', '--output', 'json'], call);
  const rows = JSON.parse(output) as { name: string; namespace: string; revision: string; status: string }[];
  return rows.map(({ name, namespace, revision, status }) => ({
    name,
    namespace,
    status,
    revision: Number(revision),
  }));
}

async function runHelm(
  { binary, home, context, ...options }: HelmOptions,
  args: readonly string[],
  { signal, lock }: Pick<ReleaseName, 'signal' | 'lock'>,
  input?: string,
): Promise<string> {
  const contextArgs = context === undefined ? [] : ['--kube-context', context];
  const [program, ...all] = await withParentDeathSignal(binary, [...args, ...contextArgs]);
  lock?.lost.throwIfAborted();
  const call = execa(program, all, {
    env: helmEnvironment({ kubeconfig: options.kubeconfig }, home, lock?.token),
    extendEnv: false,
    input: input ?? '',
    reject: false,
    // The worker drains on SIGTERM; execa's own clean-up would kill it at once.
    cleanup: false,
    forceKillAfterDelay: 10_000,
    maxBuffer: 8_000_000,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  const kill = () => call.kill('SIGKILL');
  lock?.lost.addEventListener('abort', kill);
  const result = await call;
  lock?.lost.removeEventListener('abort', kill);
  if (!result.failed) return result.stdout;
  throw errorOf(result, binary);
}

/** The part of execa's result that tells why. */
interface FailedCall {
  readonly isCanceled: boolean;
  readonly code?: string | undefined;
  readonly signal?: string | undefined;
  readonly stderr: string;
  readonly stdout: string;
}

function errorOf({ isCanceled, code, signal, stderr, stdout }: FailedCall, binary: string): HelmError {
  if (isCanceled) return new HelmError('cancelled', 'Helm was stopped');
  if (code === 'ENOENT' || code === 'EACCES' || isStarterFailure(stderr))
    return new HelmError('missing', `there is no Helm at ${binary}`);
  const text = reasoned(stderr.trim() === '' ? stdout : stderr);
  if (signal !== undefined)
    return new HelmError('unknown', `Helm was killed by ${signal}`, { lines: linesOf(text).slice(-20) });
  return new HelmError(classify(text), messageOf(text), { lines: linesOf(text).slice(-20) });
}

/** Helm's durations are Go's. */
function seconds(milliseconds: number): string {
  return `${Math.max(1, Math.ceil(milliseconds / 1_000))}s`;
}
