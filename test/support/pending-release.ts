/**
 * Releases that are in the middle of something, and leases on them.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { vi } from 'vitest';
import { type Holder, holderAnnotation } from '../../src/activities/release-lock/holder.js';
import { microTime } from '../../src/kubernetes/releases/leases.js';
import type { PlannedComponent } from '../../src/stack/plan/plan-types.js';
import { type Bench, stack } from './bench.js';
import { applyObject, readObject } from './real-cluster.js';

/** Runs Helm until its hook, which never ends, and kills it without a chance to record anything. */
export async function leavePending(bench: Bench, component: PlannedComponent): Promise<void> {
  const { real, namespace } = bench;
  const { name, release, chart, values } = component;
  const args = ['upgrade', release, chart, '--install', '--namespace', namespace, '--values', '-'];
  const helm = execa(real.helmProgram, [...args, '--labels', `bigdata.dev/stack=${stack}`], {
    env: { KUBECONFIG: real.cluster.connection.kubeconfig },
    input: JSON.stringify(values),
    reject: false,
  });
  const hook = `/api/v1/namespaces/${namespace}/pods/${name}-before`;
  // The hook may be there from another time.
  const isInside = async () =>
    (await bench.inspect(component)).state === 'pending' && (await readObject(real.cluster, hook));
  await vi.waitUntil(isInside, { timeout: 60_000 });
  helm.kill('SIGKILL');
  await helm;
}

/** Puts a lease on a release, as a holder wrote it some milliseconds ago. */
export async function putLease(
  { real, namespace }: Bench,
  release: string,
  holder: Partial<Holder>,
  age = 0,
): Promise<void> {
  const name = `bigdata-${release}`;
  const all = { token: randomUUID(), workflowId: 'op', runId: 'run', helmDiesWithWorker: true, ...holder };
  const time = microTime(real.cluster.rest.serverTime() - age);
  await applyObject(real.cluster, leasePath(namespace, release), {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'bigdata', 'bigdata.dev/stack': stack },
      annotations: { [holderAnnotation]: JSON.stringify(all) },
    },
    spec: {
      holderIdentity: `the holder in the test of ${release}`,
      leaseDurationSeconds: 10,
      acquireTime: time,
      renewTime: time,
    },
  });
}

/** Path of the lease on a release. */
export function leasePath(namespace: string, release: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/bigdata-${release}`;
}
