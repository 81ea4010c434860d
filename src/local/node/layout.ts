/**
 * Names, folders and addresses of one clone's node. Pure.
 *
 * @module
 */
import { join } from 'node:path';
import type { Paths } from '../../paths.js';
import type { Addresses } from '../network/addresses.js';
import type { BinaryFolder } from '../binaries.js';

/** The processes of the node in the order in which they are started. */
export const daemonNames = [
  'etcd',
  'containerd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'coredns',
] as const;

export type DaemonName = (typeof daemonNames)[number];

/** Where everything of the node lies, known before any of it exists. */
export interface NodeLayout {
  /** Name of cluster, context, node and network namespace: `bigdata-ID`. */
  readonly name: string;
  readonly kubeconfig: string;
  /** Everything below belongs to the cluster and goes with it. */
  readonly folder: string;
  /** What must not outlive the processes: sockets, records, mounts. */
  readonly run: string;
  readonly configuration: string;
  readonly certificates: string;
  readonly etcdData: string;
  readonly containerdRoot: string;
  readonly kubeletRoot: string;
  readonly podLogs: string;
  /** containerd's `certs.d`: one folder a registry with a hosts.toml, read at each pull. */
  readonly registries: string;
  /** What the volumes component provisions. */
  readonly volumes: string;
  readonly logs: string;
  readonly records: string;
  readonly containerdState: string;
  readonly containerdSocket: string;
  readonly runcRoot: string;
  readonly addressLeases: string;
  readonly namespaceFile: string;
  /** The machine's end of the link, at most 15 characters. */
  readonly hostInterface: string;
  readonly cgroup: string;
}

/** A node whose addresses and programs are known. */
export interface LocalNode {
  readonly paths: Paths;
  readonly layout: NodeLayout;
  readonly addresses: Addresses;
  readonly binaries: BinaryFolder;
}

/** Lays out the node of a clone. */
export function nodeLayout(paths: Paths): NodeLayout {
  const name = `bigdata-${paths.id}`;
  const folder = join(paths.state, 'cluster');
  const run = join(paths.run, 'cluster');
  return {
    name,
    kubeconfig: join(paths.state, 'kubeconfig'),
    folder,
    run,
    configuration: join(folder, 'configuration'),
    certificates: join(folder, 'pki'),
    etcdData: join(folder, 'etcd'),
    containerdRoot: join(folder, 'containerd'),
    kubeletRoot: join(folder, 'kubelet'),
    podLogs: join(folder, 'pod-logs'),
    registries: join(folder, 'registries'),
    volumes: join(paths.state, 'volumes'),
    logs: join(paths.state, 'logs'),
    records: join(run, 'daemons'),
    containerdState: join(run, 'containerd'),
    containerdSocket: join(run, 'containerd.sock'),
    runcRoot: join(run, 'runc'),
    addressLeases: join(run, 'addresses'),
    namespaceFile: join('/run/netns', name),
    hostInterface: `bigdata${paths.id}`,
    cgroup: `/${name}`,
  };
}

/** The file by which a daemon of the node is found again. */
export function recordFile(layout: NodeLayout, name: DaemonName): string {
  return join(layout.records, `${name}.json`);
}

/** The file in which the API server keeps who changed what; older ones are `audit-TIME.log`. */
export function auditLog(layout: NodeLayout): string {
  return join(layout.logs, 'audit.log');
}

/** The file that a daemon of the node writes to. */
export function logFile(layout: NodeLayout, name: DaemonName): string {
  return join(layout.logs, `${name}.log`);
}
