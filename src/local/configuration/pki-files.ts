/**
 * Names of the files of the cluster's own certificate authority. Pure.
 *
 * @module
 */
import { join } from 'node:path';
import type { NodeLayout } from '../node/layout.js';

/** Clients of the API server that have a kubeconfig of their own. */
export const clients = [
  'admin',
  'super-admin',
  'controller-manager',
  'scheduler',
  'kubelet',
  'kube-proxy',
  'coredns',
] as const;

export type Client = (typeof clients)[number];

/** Path of a key or certificate, named as kubeadm names it, e.g. `etcd/server.crt`. */
export function pkiFile(layout: NodeLayout, name: string): string {
  return join(layout.certificates, name);
}

/** Path of a client's kubeconfig. */
export function clientKubeconfig(layout: NodeLayout, client: Client): string {
  return pkiFile(layout, `${client}.conf`);
}
