/**
 * The local one-node Kubernetes of a clone.
 *
 * @module
 */
import { rmdir } from 'node:fs/promises';
import type { Paths } from '../paths.js';
import { exemptFromProxies } from '../processes/proxies.js';
import type { Report } from '../progress.js';
import { holdAddresses } from './network/address-registry.js';
import { ensureKubernetesBinaries } from './binaries.js';
import { deleteNode } from './node/delete.js';
import { withLock } from './lock.js';
import { namespaceExists } from './network/namespace.js';
import { type LocalNode, nodeLayout } from './node/layout.js';
import { ensurePrerequisites } from './prerequisites.js';
import { startNode } from './node/start.js';
import { stopNode } from './node/stop.js';

/** A running cluster and how to reach it. */
export interface LocalCluster {
  /** Path of a kubeconfig whose current context is this cluster, as its administrator. */
  readonly kubeconfig: string;
  readonly context: string;
  /** Where NodePorts and the API server (6443) answer, from this machine. */
  readonly nodeAddress: string;
  /** Where pods and the node reach this machine. */
  readonly hostAddress: string;
  readonly binaries: { readonly helm: string; readonly kubectl: string };
}

/**
 * Brings the cluster up, attaches to it, or repairs it: afterwards pods can run, and no proxy of the environment stands
 * between.
 *
 * @throws UserError if the machine cannot carry it, or with the log of the daemon that failed.
 */
export async function ensureCluster(
  paths: Paths,
  report: Report,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<LocalCluster> {
  await ensurePrerequisites(paths, report);
  const layout = nodeLayout(paths);
  const binaries = await ensureKubernetesBinaries(paths, report);
  return await exclusively(paths, report, async () => {
    const addresses = await holdAddresses(paths);
    exemptFromProxies(environment, [addresses.nodeAddress]);
    const node: LocalNode = { paths, layout, addresses, binaries };
    if (!(await namespaceExists(layout))) {
      // After a reboot, or when the namespace was taken away: nothing that was in it can go on.
      await stopNode(layout, () => {});
    }
    await startNode(node, report);
    return describe(node);
  });
}

function describe(node: LocalNode): LocalCluster {
  const { layout, addresses, binaries } = node;
  const { helm, kubectl } = binaries.programs;
  return {
    kubeconfig: layout.kubeconfig,
    context: layout.name,
    nodeAddress: addresses.nodeAddress,
    hostAddress: addresses.hostAddress,
    binaries: { helm, kubectl },
  };
}

/**
 * Stops the cluster and takes back what it made on the machine; data, certificates and images stay.
 * Does nothing if there is none. Pods get time to write what they hold.
 */
export async function stopCluster(paths: Paths, report: Report): Promise<void> {
  await exclusively(paths, report, () => stopNode(nodeLayout(paths), report));
}

/**
 * Stops the cluster and deletes all that it has: data, volumes, images, certificates, addresses.
 * Also takes away what a half-dead or killed one left behind.
 */
export async function deleteCluster(paths: Paths, report: Report): Promise<void> {
  const layout = nodeLayout(paths);
  await exclusively(paths, report, async () => {
    await stopNode(layout, report);
    await deleteNode(paths, layout, report);
  });
}

/** One command at a time on one clone's cluster. Leaves no empty folder behind. */
async function exclusively<Result>(
  paths: Paths,
  report: Report,
  action: () => Promise<Result>,
): Promise<Result> {
  const result = await withLock(paths.run, 'another bigdata works on this cluster', report, action);
  await rmdir(paths.run).catch(() => undefined);
  return result;
}

export { type ClusterStatus, type DaemonStatus, clusterStatus } from './status.js';
export { type ImageArchive, listImages, loadImages } from './images.js';
export { allowPlainRegistry } from './registries.js';
