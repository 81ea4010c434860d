/**
 * What was proven, kept in the stack's record under the names of components.
 *
 * @module
 */
import type { ProvenCheck, RolledBackChange } from '../stack/operation-types.js';
import type { TestHooks } from '../stack/plan-types.js';
import type { Rest } from './rest.js';
import { readStackRecord, removeFromStackRecord, writeStackRecord } from './stack-record.js';

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
  /** Pods that each workload was told to have, by `Kind/name`. Absent in older proofs. */
  readonly wanted?: Readonly<Record<string, number>>;
  /** What proved it, to be run again should a later revision be rolled back to this one. Absent in proofs of versions before 0.2. */
  readonly hooks?: TestHooks;
  /** True from when its sentinel's records are written until they are removed. */
  readonly sentinelWritten?: true;
  /** The change that failed and was rolled back, after which this was proven once more. */
  readonly rolledBack?: RolledBackChange;
}

/** Reads all proofs; none if there is no record. @throws KubernetesError */
export async function readProofs(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<Map<string, Proof>> {
  const { data = {} } = (await readStackRecord(rest, namespace, signal)) ?? {};
  const entries = Object.entries(data).map(([name, text]) => [name, parse(text)] as const);
  return new Map(entries.filter((entry): entry is readonly [string, Proof] => entry[1] !== undefined));
}

/** Writes one component's proof. @throws KubernetesError */
export async function writeProof(
  rest: Rest,
  { component, ...at }: { readonly namespace: string; readonly stack: string; readonly component: string },
  proof: Proof,
  signal?: AbortSignal,
): Promise<void> {
  await writeStackRecord(rest, { ...at, key: component }, JSON.stringify(proof), signal);
}

/** Removes one component's proof; fine if there is none. @throws KubernetesError */
export async function removeProof(
  rest: Rest,
  namespace: string,
  component: string,
  signal?: AbortSignal,
): Promise<void> {
  await removeFromStackRecord(rest, namespace, [component], signal);
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
