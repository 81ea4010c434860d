/**
 * The configuration files of the node's programs, made from the templates in local/node.
 *
 * @module
 */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encryptionKey } from './encryption-key.js';
import { clientKubeconfig, pkiFile } from './pki-files.js';
import type { LocalNode } from '../node/layout.js';
import { pauseReference } from '../node/pause-image.js';
import { snapshotterFor } from '../kernel/snapshotter.js';
import { renderTemplate } from './template.js';

/** Template in local/node → file in the configuration folder. */
const templates = {
  containerd: ['containerd.toml', 'containerd.toml'],
  network: ['cni.conflist', 'cni/bigdata.conflist'],
  kubeadm: ['kubeadm.yaml', 'kubeadm.yaml'],
  kubelet: ['kubelet.yaml', 'kubelet.yaml'],
  'kube-proxy': ['kube-proxy.yaml', 'kube-proxy.yaml'],
  coredns: ['Corefile', 'Corefile'],
  system: ['system.yaml', 'system.yaml'],
  audit: ['audit.yaml', 'audit.yaml'],
  encryption: ['encryption.yaml', 'encryption.yaml'],
} as const;

export type ConfigurationName = keyof typeof templates;

/** One written configuration file. */
export interface ConfigurationFile {
  readonly path: string;
  readonly text: string;
}

export type Configuration = Readonly<Record<ConfigurationName, ConfigurationFile>>;

/** Bit of CAP_SYS_RESOURCE in a capability set. Source: linux/capability.h. */
const sysResourceBit = 24n;

/** Writes all configuration files; the same node gets the same bytes. */
export async function writeConfiguration(node: LocalNode): Promise<Configuration> {
  const values = await templateValues(node);
  const { layout, paths } = node;
  await mkdir(join(layout.configuration, 'cni'), { recursive: true });
  await mkdir(layout.registries, { recursive: true });
  const files = await Promise.all(
    Object.entries(templates).map(async ([name, [source, target]]) => {
      const template = await readFile(join(paths.root, 'local', 'node', source), 'utf8');
      const file = { path: join(layout.configuration, target), text: renderTemplate(template, values) };
      await writeIfChanged(file);
      return [name, file] as const;
    }),
  );
  return Object.fromEntries(files) as Record<ConfigurationName, ConfigurationFile>;
}

/** kube-proxy ends when its file is written, even with the same content. */
async function writeIfChanged(file: ConfigurationFile): Promise<void> {
  if ((await readFile(file.path, 'utf8').catch(() => undefined)) !== file.text) {
    await writeFile(file.path, file.text, { mode: 0o600 });
  }
}

async function templateValues(node: LocalNode): Promise<Record<string, string | boolean>> {
  const { layout, addresses, binaries } = node;
  return {
    addressLeases: layout.addressLeases,
    apiEndpoint: `${addresses.nodeAddress}:6443`,
    certificates: `${layout.certificates}.unfinished`,
    cgroupRoot: layout.cgroup,
    clientAuthority: pkiFile(layout, 'ca.crt'),
    clusterName: layout.name,
    cniBinaries: await cniFolder(),
    cniConfiguration: join(layout.configuration, 'cni'),
    containerdEndpoint: `unix://${layout.containerdSocket}`,
    containerdRoot: layout.containerdRoot,
    containerdSocket: layout.containerdSocket,
    containerdState: layout.containerdState,
    corednsKubeconfig: clientKubeconfig(layout, 'coredns'),
    dnsAddress: addresses.dnsAddress,
    dnsHealth: `${addresses.nodeAddress}:8080`,
    dnsReady: `${addresses.nodeAddress}:8181`,
    encryptionKey: await encryptionKey(layout),
    kubeProxyKubeconfig: clientKubeconfig(layout, 'kube-proxy'),
    kubernetesVersion: binaries.kubernetesVersion,
    nodeAddress: addresses.nodeAddress,
    nodeName: layout.name,
    pauseImage: await pauseReference(binaries.pause),
    podLogs: layout.podLogs,
    podRange: addresses.podRange,
    proxyHealth: `${addresses.nodeAddress}:10256`,
    registries: layout.registries,
    restrictOomScore: !(await hasSysResource()),
    runcRoot: layout.runcRoot,
    serviceRange: addresses.serviceRange,
    snapshotter: await snapshotterFor(layout),
  };
}

/** Where the distribution puts the CNI plugins. */
export const cniFolders = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'] as const;

async function cniFolder(): Promise<string> {
  for (const folder of cniFolders) {
    if (await stat(join(folder, 'bridge')).catch(() => undefined)) {
      return folder;
    }
  }
  throw new Error(`no CNI plugins in ${cniFolders.join(', ')}`);
}

async function hasSysResource(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = /^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> sysResourceBit) & 1n) === 1n;
}
