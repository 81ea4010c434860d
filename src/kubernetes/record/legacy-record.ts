/**
 * One ConfigMap for all components of a namespace, as versions before 0.2 wrote it: read, and taken apart once.
 *
 * @module
 */
import { isKubernetesError, unlessAbsent } from '../api/errors.js';
import type { KubernetesObject } from '../api/objects.js';
import { type ComponentRecord, recordObject, recordsPath } from './record-object.js';
import { Label } from '../releases/releases.js';
import { perRest } from '../api/per-rest.js';
import type { Rest } from '../api/rest.js';

const name = 'bigdata-stack';

/** Of a component's key, for how it is removed; under the name alone stood what it proved. */
const removalSuffix = '.removal';

interface LegacyObject extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

interface LegacyRecord {
  readonly object: KubernetesObject;
  readonly records: ReadonlyMap<string, ComponentRecord>;
}

/** What it remembers, by component; undefined if there is none (any more). @throws KubernetesError */
export async function readLegacyRecords(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<LegacyRecord | undefined> {
  const request = { path: `${recordsPath(namespace)}/${name}`, ...(signal ? { signal } : {}) };
  const object = await unlessAbsent(() => rest.json<LegacyObject>(request));
  if (!object) return undefined;
  const records = new Map<string, ComponentRecord>();
  for (const [key, text] of Object.entries(object.data ?? {})) {
    const component = key.endsWith(removalSuffix) ? key.slice(0, -removalSuffix.length) : key;
    const part = key === component ? { proof: text } : { removal: text };
    records.set(component, { ...records.get(component), ...part });
  }
  return { object, records };
}

/** Namespaces that were looked at: an old record does not come back. */
const migrations = perRest<Promise<void>>();

/** Takes the old record of a namespace apart, if there is one, into one a component; looks once a process. @throws KubernetesError */
export async function migrateRecords(rest: Rest, namespace: string, signal?: AbortSignal): Promise<void> {
  const begun = migrations(rest);
  const migration = begun.get(namespace) ?? migrate(rest, namespace);
  begun.set(namespace, migration);
  try {
    await migration;
  } catch (error) {
    begun.delete(namespace);
    throw error;
  }
  signal?.throwIfAborted();
}

/** Fine to be cut off anywhere: the old record goes last, and what was made before is newer. */
async function migrate(rest: Rest, namespace: string): Promise<void> {
  const legacy = await readLegacyRecords(rest, namespace);
  if (!legacy) return;
  for (const [component, data] of legacy.records) {
    const stack = stackOf(data) ?? legacy.object.metadata.labels?.[Label.stack] ?? '';
    const body = recordObject({ namespace, stack, component }, data);
    try {
      await rest.json({ method: 'POST', path: recordsPath(namespace), body });
    } catch (error) {
      if (!isKubernetesError(error, 'conflict')) throw error;
    }
  }
  const { name: of, uid, resourceVersion } = legacy.object.metadata;
  const preconditions = { uid, resourceVersion };
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
  await rest.json({ method: 'DELETE', path: `${recordsPath(namespace)}/${of}`, body });
}

/** Whose component it is: stacks may share a namespace, and shared the old record then. */
function stackOf({ removal = '{}' }: ComponentRecord): string | undefined {
  try {
    const { stack } = JSON.parse(removal) as { readonly stack?: unknown };
    return typeof stack === 'string' ? stack : undefined;
  } catch {
    // Somebody mangled it: the record goes on as it is, and tells nothing of how the component is removed.
    return undefined;
  }
}
