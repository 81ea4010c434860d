/**
 * The kinds of Kubernetes' own whose objects last in a namespace for as long as nobody removes them: those of which a release
 * must still have all that it was told to have. Jobs are not among them: they may vanish when they are done.
 *
 * @module
 */

/** Where objects of a kind are. */
export interface LastingKind {
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Name in paths, e.g. `statefulsets`. */
  readonly plural: string;
  /** Selects those that a look needs. */
  readonly fieldSelector?: string;
  /** True if people change what the chart set, and it cannot be changed back: a claim that was grown. */
  readonly grows?: true;
}

export const lastingKinds: readonly LastingKind[] = [
  { kind: 'StatefulSet', group: 'apps', version: 'v1', plural: 'statefulsets' },
  { kind: 'Deployment', group: 'apps', version: 'v1', plural: 'deployments' },
  { kind: 'DaemonSet', group: 'apps', version: 'v1', plural: 'daemonsets' },
  { kind: 'CronJob', group: 'batch', version: 'v1', plural: 'cronjobs' },
  { kind: 'Service', group: '', version: 'v1', plural: 'services' },
  { kind: 'ConfigMap', group: '', version: 'v1', plural: 'configmaps' },
  // Helm's own Secrets, some for each release, are no objects of any.
  {
    kind: 'Secret',
    group: '',
    version: 'v1',
    plural: 'secrets',
    fieldSelector: 'type!=helm.sh/release.v1',
  },
  { kind: 'ServiceAccount', group: '', version: 'v1', plural: 'serviceaccounts' },
  { kind: 'PersistentVolumeClaim', group: '', version: 'v1', plural: 'persistentvolumeclaims', grows: true },
  { kind: 'ResourceQuota', group: '', version: 'v1', plural: 'resourcequotas' },
  { kind: 'LimitRange', group: '', version: 'v1', plural: 'limitranges' },
  { kind: 'Role', group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'roles' },
  { kind: 'RoleBinding', group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'rolebindings' },
  { kind: 'NetworkPolicy', group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies' },
  { kind: 'Ingress', group: 'networking.k8s.io', version: 'v1', plural: 'ingresses' },
  { kind: 'PodDisruptionBudget', group: 'policy', version: 'v1', plural: 'poddisruptionbudgets' },
  {
    kind: 'HorizontalPodAutoscaler',
    group: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
  },
];

/** The kind by its name in manifests; undefined if it is none of these, or another group's of the same name. */
export function lastingKindOf(kind: string, apiVersion: string): LastingKind | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return lastingKinds.find((each) => each.kind === kind && each.group === group);
}

/** Path of the kind's collection in a namespace. */
export function lastingPath({ group, version, plural }: LastingKind, namespace: string): string {
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${base}/namespaces/${namespace}/${plural}`;
}
