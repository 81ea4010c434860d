/**
 * The environment in which Helm runs: the caller's, without anything that would change what Helm does.
 *
 * @module
 */
import { join } from 'node:path';
import type { ProcessIdentity } from '../processes/identity.js';

/** Which cluster, as whom. */
export interface HelmConnection {
  /** One file or several, as in the variable KUBECONFIG. */
  readonly kubeconfig: string;
  readonly context?: string;
}

/** Identifies the Helm processes of one lease holder, also after their parent died. */
export const lockVariable = 'BIGDATA_RELEASE_LOCK';

/** The value of {@link lockVariable} for the Helm service of a worker, which serves all its lease holders. */
export function serviceToken({ pid, startTime }: ProcessIdentity): string {
  return `service of ${pid}.${startTime}`;
}

/**
 * Variables for one call. A person's own Helm set-up (plugins, repositories, a default namespace, a storage driver)
 * must not leak in, nor what is Temporal's get out; PATH, HOME and proxies stay, which kubeconfigs with login programs need.
 *
 * @param home folder for what Helm writes
 * @param token value of {@link lockVariable}
 */
export function helmEnvironment(
  connection: HelmConnection,
  home: string,
  token?: string,
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !/^(HELM_|KUBE|TEMPORAL_)/.test(name));
  return {
    ...Object.fromEntries(kept),
    // Not by --kubeconfig, which takes one file: KUBECONFIG may name several.
    KUBECONFIG: connection.kubeconfig,
    // Of what kinds the cluster has; otherwise it is kept in HOME, which need not be there, nor be ours.
    KUBECACHEDIR: join(home, 'cache', 'kube'),
    HELM_CACHE_HOME: join(home, 'cache'),
    HELM_CONFIG_HOME: join(home, 'config'),
    HELM_DATA_HOME: join(home, 'data'),
    ...(token === undefined ? {} : { [lockVariable]: token }),
  };
}
