/**
 * Looking at a namespace for the assessment of its releases: once, or all the time.
 *
 * @module
 */
import type { NamespaceView } from '../diagnose/release.js';
import type { Workload } from '../api/objects.js';
import type { Rest } from '../api/rest.js';
import { type Source, listAll } from '../api/list.js';
import { Observer } from '../api/watch.js';

/** Paths of the kinds that run pods; `{namespace}` stands for the namespace. */
export const workloadPaths = {
  StatefulSet: '/apis/apps/v1/namespaces/{namespace}/statefulsets',
  Deployment: '/apis/apps/v1/namespaces/{namespace}/deployments',
  DaemonSet: '/apis/apps/v1/namespaces/{namespace}/daemonsets',
  Job: '/apis/batch/v1/namespaces/{namespace}/jobs',
} as const;

const paths = {
  ...workloadPaths,
  ReplicaSet: '/apis/apps/v1/namespaces/{namespace}/replicasets',
  Pod: '/api/v1/namespaces/{namespace}/pods',
  PersistentVolumeClaim: '/api/v1/namespaces/{namespace}/persistentvolumeclaims',
  Event: '/api/v1/namespaces/{namespace}/events',
} as const;

type Kind = keyof typeof paths;

/** An observed namespace. */
export interface NamespaceObserver {
  readonly version: number;
  view(): NamespaceView;
  changed(version: number, milliseconds: number): Promise<void>;
  close(): void;
}

/** Starts observing, by watches that all who observe the namespace share. @throws KubernetesError, or the signal's reason */
export async function observeNamespace(
  rest: Rest,
  namespace: string,
  signal: AbortSignal,
): Promise<NamespaceObserver> {
  const sources = Object.fromEntries(
    Object.entries(paths).map(([kind, path]) => [kind, { path: path.replace('{namespace}', namespace) }]),
  ) as Record<Kind, Source>;
  const observer = await Observer.start<Kind>(rest, sources, signal, { shared: true });
  return {
    get version() {
      return observer.version;
    },
    view: () => ({
      workloads: {
        StatefulSet: observer.list('StatefulSet'),
        Deployment: observer.list('Deployment'),
        DaemonSet: observer.list('DaemonSet'),
        Job: observer.list('Job'),
      },
      replicaSets: observer.list('ReplicaSet'),
      pods: observer.list('Pod'),
      claims: observer.list('PersistentVolumeClaim'),
      events: observer.list('Event'),
    }),
    changed: (version, milliseconds) => observer.changed(version, milliseconds),
    close: () => observer.close(),
  };
}

/** The workloads of a namespace at this moment, without what explains them. @throws KubernetesError */
export async function lookAtWorkloads(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<NamespaceView> {
  const look = async (kind: keyof typeof workloadPaths) =>
    (await listAll<Workload>(rest, { path: workloadPaths[kind].replace('{namespace}', namespace) }, signal))
      .items;
  const [StatefulSet, Deployment, DaemonSet, Job] = await Promise.all([
    look('StatefulSet'),
    look('Deployment'),
    look('DaemonSet'),
    look('Job'),
  ]);
  return {
    workloads: { StatefulSet, Deployment, DaemonSet, Job },
    replicaSets: [],
    pods: [],
    claims: [],
    events: [],
  };
}
