/**
 * The local cluster against the CIS Kubernetes Benchmark 1.12 (numbers as kube-bench has them): what is set on command lines and in the
 * kubelet's and kube-proxy's files. What is not as recommended is listed here with its reason.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { nodeDaemons } from '../../src/local/node/daemons.js';
import type { DaemonName } from '../../src/local/node/layout.js';
import { clonePaths } from '../../src/paths.js';
import { inputs, node } from './support/example-node.js';

const daemons = nodeDaemons(node, inputs);

/** The value of a flag; undefined if it is not set. */
function flag(daemon: DaemonName, name: string): string | undefined {
  return daemons[daemon].args.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
}

const file = async (name: string): Promise<Record<string, unknown>> => {
  const text = await readFile(join(clonePaths().root, 'local', 'node', name), 'utf8');
  return parse(text.replaceAll(/\{\{(\w+)\}\}/g, '"$1"')) as Record<string, unknown>;
};
const [kubelet, kubeProxy, encryption] = await Promise.all(
  ['kubelet.yaml', 'kube-proxy.yaml', 'encryption.yaml'].map(file),
);

const api = (name: string) => flag('kube-apiserver', name);
const manager = (name: string) => flag('kube-controller-manager', name);
const etcd = (name: string) => flag('etcd', name);
const plugins = (): string[] => api('enable-admission-plugins')?.split(',') ?? [];
const off = (name: string): boolean => !(api('disable-admission-plugins') ?? '').includes(name);

const checks: Readonly<Record<string, readonly [title: string, holds: () => boolean]>> = {
  '1.2.1': ['nobody is anonymous', () => api('anonymous-auth') === 'false'],
  '1.2.2': ['no file of tokens', () => api('token-auth-file') === undefined],
  '1.2.3': ['no Service takes a foreign address', () => plugins().includes('DenyServiceExternalIPs')],
  '1.2.4': [
    'the kubelet is shown a certificate',
    () => !!api('kubelet-client-certificate') && !!api('kubelet-client-key'),
  ],
  '1.2.5': ['the kubelet’s certificate is checked', () => !!api('kubelet-certificate-authority')],
  '1.2.6': ['rights are asked for', () => !api('authorization-mode')?.includes('AlwaysAllow')],
  '1.2.7': ['a kubelet has its node’s rights', () => !!api('authorization-mode')?.includes('Node')],
  '1.2.8': ['RBAC', () => !!api('authorization-mode')?.includes('RBAC')],
  '1.2.9': ['events are limited', () => plugins().includes('EventRateLimit')],
  '1.2.10': ['not everything is admitted', () => !plugins().includes('AlwaysAdmit')],
  '1.2.11': ['images are pulled each time', () => plugins().includes('AlwaysPullImages')],
  '1.2.12': ['pods have ServiceAccounts', () => off('ServiceAccount')],
  '1.2.13': ['namespaces that go take nothing in', () => off('NamespaceLifecycle')],
  '1.2.14': ['a kubelet changes its own objects only', () => plugins().includes('NodeRestriction')],
  '1.2.15': ['no profiling', () => api('profiling') === 'false'],
  '1.2.16': ['there is an audit log', () => !!api('audit-log-path') && !!api('audit-policy-file')],
  '1.2.17': ['audits are kept for 30 days', () => Number(api('audit-log-maxage')) >= 30],
  '1.2.18': ['ten older audit logs', () => Number(api('audit-log-maxbackup')) >= 10],
  '1.2.19': ['audit logs of 100 MB', () => Number(api('audit-log-maxsize')) >= 100],
  '1.2.21': ['deleted ServiceAccounts’ tokens end', () => api('service-account-lookup') !== 'false'],
  '1.2.22': ['tokens are checked by a key', () => !!api('service-account-key-file')],
  '1.2.23': ['etcd is shown a certificate', () => !!api('etcd-certfile') && !!api('etcd-keyfile')],
  '1.2.24': ['the API server has a certificate', () => !!api('tls-cert-file')],
  '1.2.25': ['clients’ certificates are checked', () => !!api('client-ca-file')],
  '1.2.26': ['etcd’s certificate is checked', () => !!api('etcd-cafile')],
  '1.2.27': ['Secrets are encrypted', () => !!api('encryption-provider-config')],
  '1.2.28': [
    'by a cipher',
    () => JSON.stringify(encryption).includes('"resources":["secrets"],"providers":[{"secretbox"'),
  ],
  '1.2.29': ['strong ciphers', () => api('tls-min-version') === 'VersionTLS13'],
  '1.3.2': ['no profiling', () => manager('profiling') === 'false'],
  '1.3.3': ['each controller has its rights', () => manager('use-service-account-credentials') === 'true'],
  '1.3.4': ['tokens are signed by a key', () => !!manager('service-account-private-key-file')],
  '1.3.5': ['pods are given the authority', () => !!manager('root-ca-file')],
  '1.3.7': ['it listens on the node alone', () => manager('bind-address') === '127.0.0.1'],
  '1.4.1': ['no profiling', () => flag('kube-scheduler', 'profiling') === 'false'],
  '1.4.2': ['it listens on the node alone', () => flag('kube-scheduler', 'bind-address') === '127.0.0.1'],
  '2.1': ['etcd has a certificate', () => !!etcd('cert-file') && !!etcd('key-file')],
  '2.2': ['clients’ certificates are checked', () => etcd('client-cert-auth') === 'true'],
  '2.3': ['none that it made itself', () => etcd('auto-tls') !== 'true'],
  '2.4': ['so for its peers', () => !!etcd('peer-cert-file') && !!etcd('peer-key-file')],
  '2.5': ['whose certificates are checked', () => etcd('peer-client-cert-auth') === 'true'],
  '2.6': ['none that they made themselves', () => etcd('peer-auto-tls') !== 'true'],
  '2.7': ['it has an authority of its own', () => etcd('trusted-ca-file') !== api('client-ca-file')],
  '4.2.1': [
    'nobody is anonymous',
    () => JSON.stringify(kubelet).includes('"anonymous":{"enabled":false}'),
  ],
  '4.2.2': ['rights are asked for', () => JSON.stringify(kubelet?.['authorization']).includes('Webhook')],
  '4.2.3': ['clients’ certificates are checked', () => JSON.stringify(kubelet).includes('clientCAFile')],
  '4.2.4': ['no port without a question', () => (kubelet?.['readOnlyPort'] ?? 0) === 0],
  '4.2.5': ['idle connections end', () => kubelet?.['streamingConnectionIdleTimeout'] !== 0],
  '4.2.6': ['iptables are kept', () => kubelet?.['makeIPTablesUtilChains'] !== false],
  '4.2.7': ['the node keeps its name', () => flag('kubelet', 'hostname-override') === undefined],
  '4.2.9': ['the kubelet has a certificate', () => kubelet?.['tlsCertFile'] !== undefined],
  '4.2.10': ['the kubelet’s client certificate is renewed', () => kubelet?.['rotateCertificates'] !== false],
  '4.2.12': ['strong ciphers', () => kubelet?.['tlsMinVersion'] === 'VersionTLS13'],
  '4.2.13': ['threads of a pod are limited', () => Number(kubelet?.['podPidsLimit']) > 0],
  '4.2.14': ['system calls are limited', () => kubelet?.['seccompDefault'] === true],
  '4.3.1': [
    'metrics are for the node alone',
    () => String(kubeProxy?.['metricsBindAddress']).startsWith('127.0.0.1:'),
  ],
};

const exceptions: Readonly<Record<string, string>> = {
  '1.2.5': 'the kubelet signs its certificate itself; the way to it does not leave the network namespace',
  '1.2.9': 'one user, one node',
  '1.2.11': 'images are on the node, and there is no registry to pull them from',
  '1.2.18': 'the state folder is bounded: three files of 16 MB',
  '1.2.19': 'the state folder is bounded: three files of 16 MB',
  '4.2.7': 'several clones have a node each on one machine',
  '4.2.9': 'the kubelet signs its certificate itself; the way to it does not leave the network namespace',
};

describe('the CIS benchmark', () => {
  it.each(Object.entries(checks))('%s', (number, [title, holds]) => {
    expect(holds(), title).toBe(!(number in exceptions));
  });

  it('has no exception without a check', () => {
    expect(Object.keys(exceptions).filter((number) => !(number in checks))).toEqual([]);
  });
});
