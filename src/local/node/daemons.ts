/**
 * The processes of the node: what is started, with which arguments. Pure.
 *
 * @module
 */
import { join } from 'node:path';
import type { DaemonOptions } from '../../processes/daemon.js';
import type { Configuration } from '../configuration/files.js';
import { type DaemonName, type LocalNode, auditLog, logFile, recordFile } from './layout.js';
import { clientKubeconfig, pkiFile } from '../configuration/pki-files.js';

/** What a daemon reads besides its arguments: a change of it means a restart. */
export interface DaemonInputs {
  readonly configuration: Configuration;
  /** Digest of all keys and certificates. */
  readonly pki: string;
  /** Identity of the network namespace. */
  readonly namespace: string;
  /** Paths of the distribution's programs. */
  readonly etcd: string;
  readonly containerd: string;
}

/** Folders in which the daemons look for runc, iptables and the like. */
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** All daemons of a node by their names. */
export function nodeDaemons(node: LocalNode, inputs: DaemonInputs): Record<DaemonName, DaemonOptions> {
  const { layout, addresses, binaries } = node;
  const { configuration } = inputs;
  const pki = (name: string): string => pkiFile(layout, name);
  const daemon = (
    name: DaemonName,
    command: string,
    args: readonly string[],
    read: string,
    env: Record<string, string> = {},
  ): DaemonOptions => ({
    name,
    command,
    args,
    env: { PATH: searchPath, ...env },
    logFile: logFile(layout, name),
    recordFile: recordFile(layout, name),
    netns: layout.namespaceFile,
    inputs: [read, inputs.namespace].join('\n'),
  });
  const controllerManager = clientKubeconfig(layout, 'controller-manager');
  const scheduler = clientKubeconfig(layout, 'scheduler');
  return {
    etcd: daemon(
      'etcd',
      inputs.etcd,
      flags({
        name: layout.name,
        'data-dir': layout.etcdData,
        'listen-client-urls': 'https://127.0.0.1:2379',
        'advertise-client-urls': 'https://127.0.0.1:2379',
        'cert-file': pki('etcd/server.crt'),
        'key-file': pki('etcd/server.key'),
        'client-cert-auth': 'true',
        'trusted-ca-file': pki('etcd/ca.crt'),
        'listen-peer-urls': 'https://127.0.0.1:2380',
        'initial-advertise-peer-urls': 'https://127.0.0.1:2380',
        'initial-cluster': `${layout.name}=https://127.0.0.1:2380`,
        'peer-cert-file': pki('etcd/peer.crt'),
        'peer-key-file': pki('etcd/peer.key'),
        'peer-client-cert-auth': 'true',
        'peer-trusted-ca-file': pki('etcd/ca.crt'),
      }),
      inputs.pki,
      // etcd 3.4 refuses arm64 without it; Kubernetes has run on it since long before.
      process.arch === 'arm64' ? { ETCD_UNSUPPORTED_ARCH: 'arm64' } : {},
    ),
    containerd: daemon(
      'containerd',
      inputs.containerd,
      flags({ config: configuration.containerd.path }),
      configuration.containerd.text,
    ),
    'kube-apiserver': daemon(
      'kube-apiserver',
      binaries.programs['kube-apiserver'],
      flags({
        'advertise-address': addresses.nodeAddress,
        'allow-privileged': 'true',
        'anonymous-auth': 'false',
        'audit-log-maxage': '30',
        'audit-log-maxbackup': '2',
        'audit-log-maxsize': '16',
        'audit-log-mode': 'batch',
        'audit-log-path': auditLog(layout),
        'audit-policy-file': configuration.audit.path,
        'authorization-mode': 'Node,RBAC',
        'client-ca-file': pki('ca.crt'),
        'enable-admission-plugins': 'DenyServiceExternalIPs,NodeRestriction',
        'encryption-provider-config': configuration.encryption.path,
        'etcd-servers': 'https://127.0.0.1:2379',
        'etcd-cafile': pki('etcd/ca.crt'),
        'etcd-certfile': pki('apiserver-etcd-client.crt'),
        'etcd-keyfile': pki('apiserver-etcd-client.key'),
        // Both ask etcd for what the distributions' etcd 3.4 does not have, and log each refusal.
        'feature-gates': 'DetectCacheInconsistency=false,SizeBasedListCostEstimate=false',
        'kubelet-client-certificate': pki('apiserver-kubelet-client.crt'),
        'kubelet-client-key': pki('apiserver-kubelet-client.key'),
        // Nobody resolves the node's name: exec and logs go to its address.
        'kubelet-preferred-address-types': 'InternalIP',
        profiling: 'false',
        'proxy-client-cert-file': pki('front-proxy-client.crt'),
        'proxy-client-key-file': pki('front-proxy-client.key'),
        'requestheader-allowed-names': 'front-proxy-client',
        'requestheader-client-ca-file': pki('front-proxy-ca.crt'),
        'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
        'requestheader-group-headers': 'X-Remote-Group',
        'requestheader-username-headers': 'X-Remote-User',
        'secure-port': '6443',
        'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
        'service-account-key-file': pki('sa.pub'),
        'service-account-signing-key-file': pki('sa.key'),
        'service-cluster-ip-range': addresses.serviceRange,
        'tls-cert-file': pki('apiserver.crt'),
        'tls-min-version': 'VersionTLS13',
        'tls-private-key-file': pki('apiserver.key'),
      }),
      inputs.pki + configuration.audit.text + configuration.encryption.text,
    ),
    'kube-controller-manager': daemon(
      'kube-controller-manager',
      binaries.programs['kube-controller-manager'],
      flags({
        kubeconfig: controllerManager,
        'authentication-kubeconfig': controllerManager,
        'authorization-kubeconfig': controllerManager,
        'bind-address': '127.0.0.1',
        'client-ca-file': pki('ca.crt'),
        'cluster-signing-cert-file': pki('ca.crt'),
        'cluster-signing-key-file': pki('ca.key'),
        // The defaults (20, 30) keep the controllers waiting for four seconds at the first start.
        'kube-api-qps': '200',
        'kube-api-burst': '300',
        // There is no second one to elect a leader with.
        'leader-elect': 'false',
        profiling: 'false',
        'requestheader-client-ca-file': pki('front-proxy-ca.crt'),
        'root-ca-file': pki('ca.crt'),
        'service-account-private-key-file': pki('sa.key'),
        'service-cluster-ip-range': addresses.serviceRange,
        'use-service-account-credentials': 'true',
      }),
      inputs.pki,
    ),
    'kube-scheduler': daemon(
      'kube-scheduler',
      binaries.programs['kube-scheduler'],
      flags({
        kubeconfig: scheduler,
        'authentication-kubeconfig': scheduler,
        'authorization-kubeconfig': scheduler,
        'bind-address': '127.0.0.1',
        'leader-elect': 'false',
        profiling: 'false',
      }),
      inputs.pki,
    ),
    kubelet: daemon(
      'kubelet',
      binaries.programs.kubelet,
      flags({
        config: configuration.kubelet.path,
        kubeconfig: clientKubeconfig(layout, 'kubelet'),
        'root-dir': layout.kubeletRoot,
        'cert-dir': join(layout.kubeletRoot, 'pki'),
        'hostname-override': layout.name,
        'node-ip': addresses.nodeAddress,
      }),
      inputs.pki + configuration.kubelet.text,
    ),
    'kube-proxy': daemon(
      'kube-proxy',
      binaries.programs['kube-proxy'],
      flags({ config: configuration['kube-proxy'].path }),
      inputs.pki + configuration['kube-proxy'].text,
    ),
    coredns: daemon(
      'coredns',
      binaries.programs.coredns,
      ['-conf', configuration.coredns.path],
      inputs.pki + configuration.coredns.text,
    ),
  };
}

/** Milliseconds that a daemon gets between SIGTERM and SIGKILL. */
export function stopTimeout(name: DaemonName): number {
  // The API server holds no state: once it has stopped listening, waiting for its caches is of no use.
  return name === 'kube-apiserver' ? 2000 : 10_000;
}

function flags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}
