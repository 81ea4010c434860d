/**
 * What was proven, kept in the record of each component.
 *
 * @module
 */
import type { ProvenCheck, RolledBackChange } from '../../stack/operation/operation-types.js';
import type { TestHooks } from '../../stack/plan/plan-types.js';
import { readRecord, readRecords, removeFromRecord, writeToRecord } from './component-records.js';
import type { RecordOwner } from './record-object.js';
import type { Rest } from '../api/rest.js';
import type { OtherObjects } from '../releases/other-objects.js';

/** What one component proved. */
export interface Proof {
  /** Digest of the component that was proven. */
  readonly digest: string;
  /** The digest of its dependencies when it was proven. */
  readonly dependenciesDigest?: string;
  /** Version of the software. */
  readonly version: string;
  /** ISO 8601. */
  readonly provenAt: string;
  readonly checks: readonly ProvenCheck[];
  /** Revision of the release that was proven: a later one is another matter. */
  readonly revision: number;
  /** `Kind/name` of the release's objects at that time: one that is missing now was taken away. */
  readonly objects: readonly string[];
  /** Pods that each workload was told to have, by `Kind/name`. Absent in older proofs. */
  readonly wanted?: Readonly<Record<string, number>>;
  /** Digests of the fields that were Helm's, by `Kind/name`: another one is by another hand. Absent in older proofs. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Those of its objects that a look at its namespace does not find. Absent in older proofs, and where there are none. */
  readonly others?: OtherObjects;
  /** What proved it, to be run again should a later revision be rolled back to this one. Absent in proofs of versions before 0.2. */
  readonly hooks?: TestHooks;
  /** True from when its sentinel's records are written until they are removed. */
  readonly sentinelWritten?: true;
  /** The change that failed and was rolled back, after which this was proven once more. */
  readonly rolledBack?: RolledBackChange;
}

/** One component's proof; undefined if there is none. @throws KubernetesError */
export async function readProof(
  rest: Rest,
  namespace: string,
  component: string,
  signal?: AbortSignal,
): Promise<Proof | undefined> {
  return parse((await readRecord(rest, namespace, component, signal)).proof);
}

/** The proofs of a namespace by component. @throws KubernetesError */
export async function readProofs(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<Map<string, Proof>> {
  const records = await readRecords(rest, namespace, signal);
  const entries = [...records].map(([name, { proof }]) => [name, parse(proof)] as const);
  return new Map(entries.filter((entry): entry is readonly [string, Proof] => entry[1] !== undefined));
}

/** Writes one component's proof. @throws KubernetesError */
export async function writeProof(
  rest: Rest,
  owner: RecordOwner,
  proof: Proof,
  signal?: AbortSignal,
): Promise<void> {
  await writeToRecord(rest, owner, 'proof', JSON.stringify(proof), signal);
}

/** Removes one component's proof; fine if there is none. @throws KubernetesError */
export async function removeProof(
  rest: Rest,
  namespace: string,
  component: string,
  signal?: AbortSignal,
): Promise<void> {
  await removeFromRecord(rest, namespace, component, 'proof', signal);
}

/** A proof that somebody mangled proves nothing. */
function parse(text: string | undefined): Proof | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Proof>;
    const sound =
      typeof value.digest === 'string' && Array.isArray(value.checks) && Array.isArray(value.objects);
    return sound ? (value as Proof) : undefined;
  } catch {
    return undefined;
  }
}
