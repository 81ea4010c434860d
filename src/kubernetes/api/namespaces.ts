/**
 * The stack's namespace: made if missing, marked as ours, removed only if it is.
 *
 * @module
 */
import { isKubernetesError, unlessAbsent } from './errors.js';
import { listAll } from './list.js';
import type { Condition, KubernetesObject } from './objects.js';
import { Label, managedByUs } from '../releases/releases.js';
import type { Rest } from './rest.js';

export interface Namespace extends KubernetesObject {
  readonly status?: {
    readonly phase?: 'Active' | 'Terminating';
    readonly conditions?: readonly Condition[];
  };
}

/** Reads a namespace. @throws KubernetesError */
export async function readNamespace(
  rest: Rest,
  name: string,
  signal?: AbortSignal,
): Promise<Namespace | undefined> {
  const request = { path: `/api/v1/namespaces/${name}`, ...(signal ? { signal } : {}) };
  return await unlessAbsent(() => rest.json<Namespace>(request));
}

/** Creates the namespace with our labels; false if somebody was faster. @throws KubernetesError */
export async function createNamespace(
  rest: Rest,
  name: string,
  stack: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const labels = { [Label.managedBy]: managedByUs, [Label.stack]: stack };
  try {
    await rest.json({
      method: 'POST',
      path: '/api/v1/namespaces',
      query: { fieldManager: 'bigdata' },
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
      ...(signal ? { signal } : {}),
    });
    return true;
  } catch (error) {
    if (isKubernetesError(error, 'conflict')) return false;
    throw error;
  }
}

/** The stack for which this program made the namespace; undefined if somebody else made it. */
export function stackOf({ metadata }: KubernetesObject): string | undefined {
  if (metadata.labels?.[Label.managedBy] !== managedByUs) return undefined;
  return metadata.labels[Label.stack] ?? '(unnamed)';
}

/** The stacks for which this program made a namespace, sorted. @throws KubernetesError */
export async function listStacks(rest: Rest): Promise<{ stack: string; namespace: string }[]> {
  const labelSelector = `${Label.managedBy}=${managedByUs}`;
  const { items } = await listAll(rest, { path: '/api/v1/namespaces', labelSelector });
  return items
    .flatMap((each) => {
      const stack = stackOf(each);
      return stack === undefined ? [] : [{ stack, namespace: each.metadata.name }];
    })
    .toSorted((one, other) => (one.namespace < other.namespace ? -1 : 1));
}

/** True if this program made the namespace for this stack. */
export function isOurs(namespace: KubernetesObject, stack: string): boolean {
  return stackOf(namespace) === stack;
}
