/**
 * The embedded one-node Kubernetes of a clone.
 *
 * @module
 */
import { mkdir } from 'node:fs/promises';
import type { Paths } from '../paths.js';
import type { Report } from '../progress.js';
import { holdAddresses } from './address-registry.js';
import { ensureKubernetesBinaries } from './binaries.js';
import { withLock } from './lock.js';
import { type LocalNode, nodeLayout } from './node.js';
import { startNode } from './start-node.js';

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
 * Brings the cluster up, attaches to it, or repairs it: afterwards pods can run.
 *
 * @throws UserError if the machine cannot carry it, or with the log of the daemon that failed.
 */
export async function ensureCluster(paths: Paths, report: Report): Promise<LocalCluster> {
  const layout = nodeLayout(paths);
  await mkdir(paths.state, { recursive: true });
  const binaries = await ensureKubernetesBinaries(paths, report);
  return await withLock(paths.run, 'another bigdata works on this cluster', report, async () => {
    const node: LocalNode = { paths, layout, addresses: await holdAddresses(paths), binaries };
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
