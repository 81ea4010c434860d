/**
 * What was proven, kept in the cluster: a ConfigMap with one key a component.
 *
 * @module
 */
import type { ProvenCheck, RolledBackChange } from '../stack/operation-types.js';
import type { TestHooks } from '../stack/plan-types.js';
import { isKubernetesError } from './errors.js';
import type { KubernetesObject } from './objects.js';
import { Label, managedByUs } from './releases.js';
import { Patch, type Rest } from './rest.js';

/** Name of the ConfigMap. */
export const proofsName = 'bigdata-stack';

/** What one component proved. */
export interface Proof {
  /** Digest of the component that was proven. */
  readonly digest: string;
  /** Its ground then: what it needed was what that stands for. */
  readonly ground?: string;
  /** Version of the software. */
  readonly version: string;
  /** ISO 8601. */
  readonly provenAt: string;
  readonly checks: readonly ProvenCheck[];
  /** Revision of the release that was proven: a later one is another matter. */
  readonly revision: number;
  /** `Kind/name` of the release's objects at that time: one that is missing now was taken away. */
  readonly objects: readonly string[];
  /** What proved it, to be run again should a later revision be rolled back to this one. Absent in proofs of versions before 0.2. */
  readonly hooks?: TestHooks;
  /** True from when its sentinel's records are written until they are removed. */
  readonly sentinelWritten?: true;
  /** The change that failed and was rolled back, after which this was proven once more. */
  readonly rolledBack?: RolledBackChange;
}

/** Reads all proofs; none if there is no ConfigMap. @throws KubernetesError */
export async function readProofs(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<Map<string, Proof>> {
  try {
    const map = await rest.json<KubernetesObject & { data?: Record<string, string> }>({
      path: proofsPath(namespace),
      ...(signal ? { signal } : {}),
    });
    const entries = Object.entries(map.data ?? {}).map(([name, text]) => [name, parse(text)] as const);
    return new Map(entries.filter((entry): entry is readonly [string, Proof] => entry[1] !== undefined));
  } catch (error) {
    if (isKubernetesError(error, 'notFound')) return new Map();
    throw error;
  }
}

/**
 * Writes one component's proof by server-side apply under a field manager of its own, so that components that are
 * proven at the same moment do not overwrite each other.
 *
 * @throws KubernetesError
 */
export async function writeProof(
  rest: Rest,
  at: { readonly namespace: string; readonly stack: string; readonly component: string },
  proof: Proof,
  signal?: AbortSignal,
): Promise<void> {
  await rest.json({
    method: 'PATCH',
    path: proofsPath(at.namespace),
    query: { fieldManager: `bigdata-${at.component}`, force: true },
    contentType: Patch.apply,
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: proofsName,
        namespace: at.namespace,
        labels: { [Label.managedBy]: managedByUs, [Label.stack]: at.stack },
      },
      data: { [at.component]: JSON.stringify(proof) },
    },
    ...(signal ? { signal } : {}),
  });
}

/** Removes one component's proof; fine if there is none. @throws KubernetesError */
export async function removeProof(
  rest: Rest,
  namespace: string,
  component: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await rest.json({
      method: 'PATCH',
      path: proofsPath(namespace),
      contentType: Patch.merge,
      body: { data: { [component]: null } },
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (!isKubernetesError(error, 'notFound')) throw error;
  }
}

/** Path of the ConfigMap. */
export function proofsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps/${proofsName}`;
}

/** A proof that somebody mangled proves nothing. */
function parse(text: string): Proof | undefined {
  try {
    const value = JSON.parse(text) as Partial<Proof>;
    const sound =
      typeof value.digest === 'string' && Array.isArray(value.checks) && Array.isArray(value.objects);
    return sound ? (value as Proof) : undefined;
  } catch {
    return undefined;
  }
}
