/**
 * Names that the client and the workers must agree on.
 *
 * @module
 */

/** Hex digits of the cluster's UID that stand in names: enough to tell the clusters of one team apart. */
const uidLength = 8;

/**
 * ID of the one operation that may run on a stack.
 *
 * @param clusterUid - UID of the cluster's `kube-system` namespace
 * @example operationId('8f14e45f-ceea-467f-9575-6d0b2a0c3f3b', 'bigdata') // 'bigdata:8f14e45f:bigdata'
 */
export function operationId(clusterUid: string, namespace: string): string {
  return `bigdata:${clusterUid.slice(0, uidLength)}:${namespace}`;
}

/** ID of the schedule that watches a stack, and of its workflows, to which Temporal adds the time. */
export function watchId(clusterUid: string, namespace: string): string {
  return `bigdata-watch:${clusterUid.slice(0, uidLength)}:${namespace}`;
}

/** ID of the child workflow of one component. */
export function componentWorkflowId(operation: string, component: string): string {
  return `${operation}/${component}`;
}

/**
 * Task queue of the workers that reach this cluster. One queue a cluster, so that a worker for one cluster can never
 * be handed the work of another that shares its Temporal.
 *
 * @param clusterUid - UID of the cluster's `kube-system` namespace
 */
export function taskQueue(clusterUid: string): string {
  return `bigdata-${clusterUid.slice(0, uidLength)}`;
}
