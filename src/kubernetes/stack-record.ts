/**
 * What a stack remembers in its cluster: a ConfigMap with texts by keys.
 *
 * @module
 */
import { isKubernetesError } from './errors.js';
import type { KubernetesObject } from './objects.js';
import { Label, managedByUs } from './releases.js';
import { Patch, type Rest } from './rest.js';

const name = 'bigdata-stack';

/** Path of the ConfigMap. */
export function stackRecordPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps/${name}`;
}

/** The ConfigMap; undefined if there is none. @throws KubernetesError */
export async function readStackRecord(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<(KubernetesObject & { readonly data?: Readonly<Record<string, string>> }) | undefined> {
  try {
    return await rest.json({ path: stackRecordPath(namespace), ...(signal ? { signal } : {}) });
  } catch (error) {
    if (isKubernetesError(error, 'notFound')) return undefined;
    throw error;
  }
}

/**
 * Writes one text by server-side apply under a field manager of its own, so that writers of different keys do not
 * overwrite each other.
 *
 * @throws KubernetesError
 */
export async function writeStackRecord(
  rest: Rest,
  at: { readonly namespace: string; readonly stack: string; readonly key: string },
  text: string,
  signal?: AbortSignal,
): Promise<void> {
  await rest.json({
    method: 'PATCH',
    path: stackRecordPath(at.namespace),
    query: { fieldManager: `bigdata-${at.key}`, force: true },
    contentType: Patch.apply,
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace: at.namespace,
        labels: { [Label.managedBy]: managedByUs, [Label.stack]: at.stack },
      },
      data: { [at.key]: text },
    },
    ...(signal ? { signal } : {}),
  });
}

/** Removes texts; fine if there are none. @throws KubernetesError */
export async function removeFromStackRecord(
  rest: Rest,
  namespace: string,
  keys: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  try {
    await rest.json({
      method: 'PATCH',
      path: stackRecordPath(namespace),
      contentType: Patch.merge,
      body: { data: Object.fromEntries(keys.map((key) => [key, null])) },
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (!isKubernetesError(error, 'notFound')) throw error;
  }
}
