/**
 * Helm, as far as it is needed here.
 *
 * @module
 */
import type { Values } from '../stack/plan/plan-types.js';
import type { HelmCall } from './calls.js';
import type { HelmConnection } from './environment.js';
import { helmProcesses } from './helm-process.js';
import { hasParentDeathSignal } from '../processes/parent-death-signal.js';
import { HelmService } from './helm-service.js';
import { createTurns } from './turns.js';

/** Where Helm is. */
export interface HelmPrograms {
  /** Path of the program, or its name to be found on PATH. */
  readonly binary: string;
  /**
   * Path of the program that answers many calls by Helm's own packages; absent where the binary is not ours. It saves
   * Helm's start, and does the same.
   */
  readonly service?: string;
}

export interface HelmOptions extends HelmConnection, HelmPrograms {
  /** Folder for Helm's cache, configuration and data. */
  readonly home: string;
}

/** Keeps two from changing a release at the same time. */
export interface HelmLock {
  /** Marks the process, so that it can be found after its parent died. */
  readonly token: string;
  /** Kills the call at once, without giving Helm the time to write that it failed. */
  readonly lost: AbortSignal;
  /** Milliseconds from now for which it is still held without being renewed once more. */
  heldFor(): number;
}

/** How a call is made. */
export interface CallOptions {
  readonly namespace: string;
  /** Ends the call: Helm may write that it failed. */
  readonly signal?: AbortSignal;
  readonly lock?: HelmLock;
}

/** A release by name. */
export interface ReleaseName extends CallOptions {
  readonly release: string;
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
  list(options: CallOptions): Promise<HelmRelease[]>;
}

/** Makes one call, and returns what Helm says about it. Throws {@link HelmError}. */
export type MakeCall = (call: HelmCall, options: CallOptions) => Promise<string>;

/** Helm for one cluster. */
export function createHelm(options: HelmOptions): Helm {
  const turns = createTurns();
  const make = makerOf(options);
  const run: MakeCall = (call, how) => turns(() => make(call, how), how.signal);
  const list = async (how: CallOptions, filter?: string): Promise<HelmRelease[]> => {
    // `helm status` prints the whole manifest, Secrets included; `helm list` prints what is needed.
    const output = await run({ do: 'list', ...(filter === undefined ? {} : { filter }) }, how);
    const rows = JSON.parse(output) as (HelmRelease & { readonly revision: string | number })[];
    return rows.map(({ name, namespace, revision, status }) => ({
      name,
      namespace,
      status,
      revision: Number(revision),
    }));
  };
  return {
    async upgradeInstall({ release, chart, values, labels, timeout, adopt = false, ...how }) {
      const texts = { values: JSON.stringify(values), timeoutSeconds: seconds(timeout) };
      await run({ do: 'upgradeInstall', release, chart, labels, adopt, ...texts }, how);
    },
    async rollback({ release, revision, timeout, ...how }) {
      await run({ do: 'rollback', release, revision, timeoutSeconds: seconds(timeout) }, how);
    },
    async uninstall({ release, timeout, ...how }) {
      await run({ do: 'uninstall', release, timeoutSeconds: seconds(timeout) }, how);
    },
    hooks: ({ release, ...how }) => run({ do: 'hooks', release }, how),
    template: ({ release, chart, values, ...how }) =>
      run({ do: 'template', release, chart, values: JSON.stringify(values) }, how),
    async status({ release, ...how }) {
      const [found] = await list(how, `^${release}$`);
      return found;
    },
    list: (how) => list(how),
  };
}

/** Calls of one cluster. The service must die with this process, which not every system can do. */
export function makerOf({ service, ...options }: HelmOptions): MakeCall {
  const processes = helmProcesses(options);
  if (service === undefined) return processes;
  const served = HelmService.for({ service, ...options });
  return async (call, how) =>
    (await hasParentDeathSignal()) ? await served.call(call, how) : await processes(call, how);
}

/** Helm counts in whole seconds. */
function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}
