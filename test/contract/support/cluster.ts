/**
 * The cluster that the contract is tried on.
 *
 * @module
 */
import { join } from 'node:path';
import { type Cluster, connect } from '../../../src/kubernetes/api/connect.js';
import { clonePaths } from '../../../src/paths.js';

/** Path of the kubeconfig: KUBECONFIG, or that of this clone's local cluster. */
export const kubeconfig = process.env['KUBECONFIG'] ?? join(clonePaths().state, 'kubeconfig');

/** Connects, or says that the cluster has to be brought up first. */
export async function connectToCluster(): Promise<Cluster> {
  return await connect({ kubeconfig });
}
