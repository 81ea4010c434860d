/**
 * How installed components are removed, kept in the cluster beside what they proved: a stack file that no longer lists
 * one does not tell.
 *
 * @module
 */
import type { Removal } from '../stack/strays.js';
import { isKubernetesError } from './errors.js';
import type { KubernetesObject } from './objects.js';
import { proofsName, proofsPath } from './proofs.js';
import { Label, managedByUs } from './releases.js';
import { Patch, type Rest } from './rest.js';

/** A removal, and whose component it is about: stacks may share a namespace. */
export interface RecordedRemoval extends Removal {
  readonly stack: string;
}

/** Of the component's key, which no component can have as its name. */
const suffix = '.removal';

/** Reads all of them, by component; none if there is no ConfigMap. @throws KubernetesError */
export async function readRemovals(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<Map<string, RecordedRemoval>> {
  try {
    const { data } = await rest.json<KubernetesObject & { data?: Record<string, string> }>({
      path: proofsPath(namespace),
      ...(signal ? { signal } : {}),
    });
    return removalsOf(data ?? {});
  } catch (error) {
    if (isKubernetesError(error, 'notFound')) return new Map();
    throw error;
  }
}

/** Removals by the data of the ConfigMap; what somebody mangled tells nothing. */
export function removalsOf(data: Readonly<Record<string, string>>): Map<string, RecordedRemoval> {
  return new Map(
    Object.entries(data).flatMap(([key, text]) => {
      const removal = key.endsWith(suffix) ? parse(text) : undefined;
      return removal === undefined ? [] : [[key.slice(0, -suffix.length), removal] as const];
    }),
  );
}

/** Writes one, under a field manager of its own as proofs are written. @throws KubernetesError */
export async function writeRemoval(
  rest: Rest,
  at: { readonly namespace: string; readonly component: string },
  removal: RecordedRemoval,
  signal?: AbortSignal,
): Promise<void> {
  await rest.json({
    method: 'PATCH',
    path: proofsPath(at.namespace),
    query: { fieldManager: `bigdata-${at.component}${suffix}`, force: true },
    contentType: Patch.apply,
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: proofsName,
        namespace: at.namespace,
        labels: { [Label.managedBy]: managedByUs, [Label.stack]: removal.stack },
      },
      data: { [at.component + suffix]: JSON.stringify(removal) },
    },
    ...(signal ? { signal } : {}),
  });
}

/** Forgets everything about a component that is gone, also what it proved; fine if nothing is known. @throws KubernetesError */
export async function forgetComponent(
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
      body: { data: { [component]: null, [component + suffix]: null } },
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (!isKubernetesError(error, 'notFound')) throw error;
  }
}

function parse(text: string): RecordedRemoval | undefined {
  try {
    const { stack, needs, timeout, claims } = JSON.parse(text) as Partial<RecordedRemoval>;
    const sound =
      typeof stack === 'string' &&
      Array.isArray(needs) &&
      needs.every((need) => typeof need === 'string') &&
      typeof timeout === 'number' &&
      (claims === undefined || typeof claims === 'string');
    return sound
      ? ({ stack, needs, timeout, ...(claims === undefined ? {} : { claims }) } as RecordedRemoval)
      : undefined;
  } catch {
    return undefined;
  }
}
