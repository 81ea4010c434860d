/**
 * The kinds of Kubernetes' own whose objects last in a namespace for as long as nobody removes them: those of which a release
 * must still have all that it was told to have. Jobs are not among them: they may vanish when they are done.
 *
 * @module
 */

import { type Resource, groupPathOf } from '../api/discovery.js';
import { helmReleaseType } from '../secrets/values.js';
import type { ManifestObject } from './release-contents.js';

/** A kind, and what is particular to looks at it. */
export interface LastingKind extends Resource {
  /** Selects those that a look needs. */
  readonly fieldSelector?: string;
  /** True if people change what the chart set, and it cannot be changed back: a claim that was grown. */
  readonly grows?: true;
}

const kinds: readonly Omit<LastingKind, 'namespaced'>[] = [
  { kind: 'StatefulSet', base: '/apis/apps/v1', plural: 'statefulsets' },
  { kind: 'Deployment', base: '/apis/apps/v1', plural: 'deployments' },
  { kind: 'DaemonSet', base: '/apis/apps/v1', plural: 'daemonsets' },
  { kind: 'CronJob', base: '/apis/batch/v1', plural: 'cronjobs' },
  { kind: 'Service', base: '/api/v1', plural: 'services' },
  { kind: 'ConfigMap', base: '/api/v1', plural: 'configmaps' },
  // Helm's own Secrets, some for each release, are no objects of any.
  {
    kind: 'Secret',
    base: '/api/v1',
    plural: 'secrets',
    fieldSelector: `type!=${helmReleaseType}`,
  },
  { kind: 'ServiceAccount', base: '/api/v1', plural: 'serviceaccounts' },
  { kind: 'PersistentVolumeClaim', base: '/api/v1', plural: 'persistentvolumeclaims', grows: true },
  { kind: 'ResourceQuota', base: '/api/v1', plural: 'resourcequotas' },
  { kind: 'LimitRange', base: '/api/v1', plural: 'limitranges' },
  { kind: 'Role', base: '/apis/rbac.authorization.k8s.io/v1', plural: 'roles' },
  { kind: 'RoleBinding', base: '/apis/rbac.authorization.k8s.io/v1', plural: 'rolebindings' },
  { kind: 'NetworkPolicy', base: '/apis/networking.k8s.io/v1', plural: 'networkpolicies' },
  { kind: 'Ingress', base: '/apis/networking.k8s.io/v1', plural: 'ingresses' },
  { kind: 'PodDisruptionBudget', base: '/apis/policy/v1', plural: 'poddisruptionbudgets' },
  {
    kind: 'HorizontalPodAutoscaler',
    base: '/apis/autoscaling/v2',
    plural: 'horizontalpodautoscalers',
  },
];

export const lastingKinds: readonly LastingKind[] = kinds.map((each) => ({ ...each, namespaced: true }));

/** True for an object that a look at the namespace finds. */
export function isLasting(
  { apiVersion, kind, namespace }: Pick<ManifestObject, 'apiVersion' | 'kind' | 'namespace'>,
  lookedAt: string,
): boolean {
  return (namespace ?? lookedAt) === lookedAt && lastingKindOf(kind, apiVersion) !== undefined;
}

/** The kind by its name in manifests; undefined if it is none of these, or another group's of the same name. */
export function lastingKindOf(kind: string, apiVersion: string): LastingKind | undefined {
  const group = groupPathOf(apiVersion);
  return lastingKinds.find((each) => each.kind === kind && each.base.startsWith(group));
}
