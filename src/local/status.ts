/**
 * What of the cluster is there and how it is. Changes nothing.
 *
 * @module
 */
import { ExitCode, UserError } from '../errors.js';
import { daemonState } from '../processes/daemon.js';
import { residentBytes } from '../processes/identity.js';
import type { Paths } from '../paths.js';
import { heldAddresses } from './network/address-registry.js';
import { isApiReady, nodeCondition } from './node/api.js';
import { namespaceExists } from './network/namespace.js';
import {
  type DaemonName,
  type NodeLayout,
  daemonNames,
  logFile,
  nodeLayout,
  recordFile,
} from './node/layout.js';

/** One process of the node. */
export interface DaemonStatus {
  readonly name: DaemonName;
  /** `dead`: it was started and is gone; `absent`: it was not started. */
  readonly status: 'running' | 'dead' | 'absent';
  readonly pid?: number;
  /** Resident memory, bytes. */
  readonly residentBytes?: number;
  readonly logFile: string;
}

/** The whole cluster. */
export interface ClusterStatus {
  /** `running`: all is well; `stopped`: nothing was left to run; `broken`: something died or is missing, `ensureCluster` repairs it. */
  readonly phase: 'running' | 'stopped' | 'broken';
  readonly kubeconfig: string;
  readonly context: string;
  /** Left out if this clone never had a cluster. */
  readonly nodeAddress?: string;
  readonly daemons: readonly DaemonStatus[];
  readonly networkNamespace: boolean;
  readonly apiReady: boolean;
  readonly nodeReady: boolean;
  /** What the node says of itself, if it is not ready. */
  readonly nodeReason?: string;
}

/**
 * Looks at every process, the API server and the node.
 *
 * @throws UserError if the cluster belongs to another user.
 */
export async function clusterStatus(paths: Paths): Promise<ClusterStatus> {
  try {
    return await look(paths, nodeLayout(paths));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') {
      throw error;
    }
    throw new UserError({
      message: 'The local cluster belongs to root.',
      where: paths.state,
      unchanged: 'Nothing was changed',
      next: 'Run the same command with sudo',
      exitCode: ExitCode.environment,
      cause: error,
    });
  }
}

/** The processes that were started and are gone. Asks nobody. */
export async function deadDaemons(paths: Paths): Promise<DaemonName[]> {
  const layout = nodeLayout(paths);
  const states = await Promise.all(daemonNames.map((name) => daemonState(recordFile(layout, name))));
  return daemonNames.filter((_, index) => states[index]?.status === 'dead');
}

async function look(paths: Paths, layout: NodeLayout): Promise<ClusterStatus> {
  const daemons = await Promise.all(daemonNames.map((name) => daemonStatus(layout, name)));
  const networkNamespace = await namespaceExists(layout);
  const addresses = await heldAddresses(paths);
  const isRunning = daemons.every(({ status }) => status === 'running');
  const isStopped = daemons.every(({ status }) => status === 'absent');
  const asked = daemons.some(({ name, status }) => name === 'kube-apiserver' && status === 'running');
  const apiReady = asked && (await isApiReady(layout.kubeconfig));
  const condition = apiReady ? await nodeCondition(layout.kubeconfig, layout.name) : undefined;
  const nodeReady = condition?.ready ?? false;
  const whole = isRunning && networkNamespace && apiReady && nodeReady;
  return {
    phase: whole ? 'running' : isStopped ? 'stopped' : 'broken',
    kubeconfig: layout.kubeconfig,
    context: layout.name,
    ...(addresses === undefined ? {} : { nodeAddress: addresses.nodeAddress }),
    daemons,
    networkNamespace,
    apiReady,
    nodeReady,
    ...(condition === undefined || condition.ready ? {} : { nodeReason: condition.reason }),
  };
}

async function daemonStatus(layout: NodeLayout, name: DaemonName): Promise<DaemonStatus> {
  const state = await daemonState(recordFile(layout, name));
  const known = { name, status: state.status, logFile: logFile(layout, name) };
  return state.status === 'running'
    ? { ...known, pid: state.record.pid, residentBytes: await residentBytes(state.record.pid) }
    : known;
}
