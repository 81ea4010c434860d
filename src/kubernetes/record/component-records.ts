/**
 * What the cluster remembers of each component: a ConfigMap a component, with texts by keys. None grows with the stack, and
 * of each there is one writer at a time.
 *
 * @module
 */
import { unlessAbsent } from '../api/errors.js';
import { migrateRecords, readLegacyRecords } from './legacy-record.js';
import {
  type ComponentRecord,
  type RecordObject,
  type RecordOwner,
  recordObject,
  recordPath,
  recordsPath,
} from './record-object.js';
import { Label, managedByUs } from '../releases/releases.js';
import { Patch, type Rest } from '../api/rest.js';
import { listAll } from '../api/list.js';

/** One component's record, empty if there is none. @throws KubernetesError */
export async function readRecord(
  rest: Rest,
  namespace: string,
  component: string,
  signal?: AbortSignal,
): Promise<ComponentRecord> {
  await migrateRecords(rest, namespace, signal);
  const request = { path: recordPath(namespace, component), ...(signal ? { signal } : {}) };
  return (await unlessAbsent(() => rest.json<RecordObject>(request)))?.data ?? {};
}

/** The records of a namespace by component; changes nothing. @throws KubernetesError */
export async function readRecords(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<Map<string, ComponentRecord>> {
  const labelSelector = `${Label.managedBy}=${managedByUs},${Label.component}`;
  const source = { path: recordsPath(namespace), labelSelector };
  const [{ items }, legacy] = await Promise.all([
    listAll<RecordObject>(rest, source, signal),
    readLegacyRecords(rest, namespace, signal),
  ]);
  const own = items.map(
    ({ metadata, data = {} }) => [metadata.labels?.[Label.component] ?? '', data] as const,
  );
  return new Map([...(legacy?.records ?? []), ...own]);
}

/**
 * Writes one text by server-side apply under a field manager of its own, which leaves the others as they are.
 *
 * @throws KubernetesError
 */
export async function writeToRecord(
  rest: Rest,
  owner: RecordOwner,
  key: keyof ComponentRecord,
  text: string,
  signal?: AbortSignal,
): Promise<void> {
  await migrateRecords(rest, owner.namespace, signal);
  await rest.json({
    method: 'PATCH',
    path: recordPath(owner.namespace, owner.component),
    query: { fieldManager: `bigdata-${key}`, force: true },
    contentType: Patch.apply,
    body: recordObject(owner, { [key]: text }),
    ...(signal ? { signal } : {}),
  });
}

/** Removes one text; fine if there is none. @throws KubernetesError */
export async function removeFromRecord(
  rest: Rest,
  namespace: string,
  component: string,
  key: keyof ComponentRecord,
  signal?: AbortSignal,
): Promise<void> {
  await migrateRecords(rest, namespace, signal);
  await unlessAbsent(() =>
    rest.json({
      method: 'PATCH',
      path: recordPath(namespace, component),
      contentType: Patch.merge,
      body: { data: { [key]: null } },
      ...(signal ? { signal } : {}),
    }),
  );
}

/** Forgets everything about a component; fine if nothing is known. @throws KubernetesError */
export async function deleteRecord(
  rest: Rest,
  namespace: string,
  component: string,
  signal: AbortSignal,
): Promise<void> {
  await migrateRecords(rest, namespace, signal);
  await rest.deleteIfThere(recordPath(namespace, component), undefined, signal);
}
