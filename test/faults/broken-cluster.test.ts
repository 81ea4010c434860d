/**
 * What all components need of a cluster is broken, one thing after the other, and named.
 *
 * @components none
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { List, Node } from '../../src/kubernetes/api/objects.js';
import { ensureCluster } from '../../src/local/cluster.js';
import { type DaemonName, nodeLayout, recordFile } from '../../src/local/node/layout.js';
import { clonePaths } from '../../src/paths.js';
import { signalProcess } from '../../src/processes/identity.js';
import { readRecord } from '../../src/processes/record.js';
import { run } from '../support/real-cluster.js';
import { CauseBench, type InjectedFault } from './cause-bench.js';
import { patience } from '../support/patience.js';

const paths = clonePaths();

let bench: CauseBench;

beforeAll(async () => {
  bench = await CauseBench.open('Faults of the cluster, called by their names', 'causes-cluster');
});

afterAll(async () => await bench?.close());

type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

async function theNode(): Promise<Node> {
  const { items } = await bench.real.cluster.rest.json<List<Node>>({ path: '/api/v1/nodes' });
  expect(items).toHaveLength(1);
  return items[0] as Node;
}

async function taintKeys(): Promise<string[]> {
  return ((await theNode()).spec?.taints ?? []).map(({ key }) => key);
}

/** Taints the node by server-side apply; without a taint, takes ours off. */
async function taint(...taints: readonly Taint[]): Promise<void> {
  const { name } = (await theNode()).metadata;
  await bench.write('/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { taints },
  });
}

/** Does something while a process of the node is dead. */
async function without(daemon: DaemonName, work: () => Promise<void>): Promise<void> {
  const victim = await readRecord(recordFile(nodeLayout(paths), daemon));
  if (!victim || !(await signalProcess(victim, 'SIGKILL'))) throw new Error(`there is no ${daemon} to kill`);
  try {
    await work();
  } finally {
    await ensureCluster(paths, () => {});
    await expect.poll(taintKeys, { timeout: patience }).toEqual([]);
  }
}

const faults: readonly InjectedFault[] = [
  {
    fault: 'unschedulable',
    where: 'a taint on the node',
    type: 'Unschedulable',
    says: ['example.com/reserved:NoSchedule', 'tolerations'],
    async inject() {
      await taint({ key: 'example.com/reserved', value: 'yes', effect: 'NoSchedule' });
      try {
        await bench.install('tainted', {});
      } finally {
        await taint();
      }
    },
  },
  {
    fault: 'DNS broken',
    where: 'CoreDNS killed',
    type: 'CrashLoop',
    says: ['lookup kubernetes.default', 'the cluster’s DNS answers'],
    inject: () =>
      without('coredns', () =>
        bench.install('dns', { readyAfter: 600, args: ['resolve', 'kubernetes.default', 'stay'] }),
      ),
  },
  {
    fault: 'node not ready',
    where: 'the kubelet killed',
    type: 'ReadyTimeout',
    says: ['is not ready (Kubelet stopped posting node status.)', 'kubectl describe node', 'Node bigdata-'],
    inject: () =>
      without('kubelet', async () => {
        const unreachable = expect.arrayContaining(['node.kubernetes.io/unreachable']) as string[];
        await expect.poll(taintKeys, { timeout: 180_000, interval: 1_000 }).toEqual(unreachable);
        await bench.install('no-node', {}, { timeout: 10_000 });
      }),
  },
  {
    fault: 'namespace terminating',
    where: 'a finalizer that nobody takes off',
    type: 'NamespaceStuck',
    says: ['example.com/held', 'Namespace causes-stuck'],
    async inject() {
      const namespace = 'causes-stuck';
      await bench.makeNamespace(namespace);
      const path = `/api/v1/namespaces/${namespace}`;
      const hold = async (...finalizers: readonly string[]) => {
        const metadata = { name: 'held', namespace, finalizers };
        await bench.write(`${path}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
      };
      await hold('example.com/held');
      await bench.real.cluster.rest.deleteIfThere(path, undefined, AbortSignal.timeout(30_000));
      try {
        await run(bench.real.activities.prepareNamespace, { stack: bench.stack, namespace });
      } finally {
        await hold();
      }
    },
  },
];

test.each(faults)('$fault: $where', (fault) => bench.expectNamed(fault));
