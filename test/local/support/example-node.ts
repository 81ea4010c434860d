/**
 * A node that nobody starts: what would be started is looked at.
 *
 * @module
 */
import { programs } from '../../../src/local/binaries.js';
import { addressesIn } from '../../../src/local/network/addresses.js';
import type { DaemonInputs } from '../../../src/local/node/daemons.js';
import { type LocalNode, nodeLayout } from '../../../src/local/node/layout.js';
import type { Paths } from '../../../src/paths.js';

export const paths: Paths = {
  root: '/clone',
  id: '0123abcd',
  state: '/state',
  run: '/run/bigdata-0123abcd',
  cache: '/cache',
};
const file = (path: string): { path: string; text: string } => ({ path, text: 'text' });
export const node: LocalNode = {
  paths,
  layout: nodeLayout(paths),
  addresses: addressesIn('10.87'),
  binaries: {
    folder: '/bin',
    kubernetesVersion: 'v1.35.4',
    programs: Object.fromEntries(programs.map((name) => [name, `/bin/${name}`])) as Record<
      (typeof programs)[number],
      string
    >,
    pause: '/bin/pause',
  },
};
export const inputs: DaemonInputs = {
  configuration: {
    containerd: file('/containerd.toml'),
    network: file('/cni'),
    kubeadm: file('/kubeadm.yaml'),
    kubelet: file('/kubelet.yaml'),
    'kube-proxy': file('/kube-proxy.yaml'),
    coredns: file('/Corefile'),
    system: file('/system.yaml'),
    audit: file('/audit.yaml'),
    encryption: file('/encryption.yaml'),
  },
  pki: 'digest',
  namespace: '4026532000',
  etcd: '/usr/bin/etcd',
  containerd: '/usr/bin/containerd',
};
