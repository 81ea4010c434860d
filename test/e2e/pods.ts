/**
 * The pods of a namespace, as tests compare them.
 *
 * @module
 */
import { connect } from '../../src/kubernetes/api/connect.js';
import type { List, Pod } from '../../src/kubernetes/api/objects.js';
import { Label } from '../../src/kubernetes/releases/releases.js';

/** A pod of a workload. */
export interface WorkloadPod {
  readonly name: string;
  readonly uid: string;
  /** The component that it belongs to. */
  readonly component: string;
  /** Of its first container. */
  readonly image: string;
  readonly ready: boolean;
  readonly restarts: number;
}

/** The pods of workloads, by name; those of checks are left out. */
export async function workloadPods(kubeconfig: string, namespace: string): Promise<WorkloadPod[]> {
  const { rest } = await connect({ kubeconfig });
  const { items } = await rest.json<List<Pod>>({ path: `/api/v1/namespaces/${namespace}/pods` });
  return items
    .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] !== 'check')
    .map(({ metadata, spec, status }) => ({
      name: metadata.name,
      uid: metadata.uid ?? '',
      component: metadata.labels?.[Label.instance] ?? '',
      image: spec?.containers?.[0]?.image ?? '',
      ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
      restarts: (status?.containerStatuses ?? []).reduce(
        (sum, { restartCount = 0 }) => sum + restartCount,
        0,
      ),
    }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** Which pods a component has, and what would tell that one was replaced or restarted: name, uid, ready containers, restarts. */
export async function podsOf(kubeconfig: string, namespace: string, component: string): Promise<string[]> {
  const pods = await workloadPods(kubeconfig, namespace);
  return pods
    .filter((each) => each.component === component)
    .map((each) => `${each.name} ${each.uid} ${each.ready} ${each.restarts}`);
}
