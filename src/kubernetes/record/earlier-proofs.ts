/**
 * What was proven of a component before what was proven last, as far as Helm may still go back to it.
 *
 * @module
 */
import { readRecord, writeToRecord } from './component-records.js';
import type { Proof } from './proofs.js';
import type { RecordOwner } from './record-object.js';
import type { Rest } from '../api/rest.js';

/** A proof that another one has taken the place of: what there must be to go back to it, and to prove it again. */
export type EarlierProof = Pick<Proof, 'digest' | 'version' | 'provenAt' | 'revision' | 'hooks'>;

/** How many are remembered: Helm remembers one revision more. */
const most = 2;

/** What was proven earlier of a component, the newest first. @throws KubernetesError */
export async function readEarlierProofs(
  rest: Rest,
  namespace: string,
  component: string,
  signal?: AbortSignal,
): Promise<readonly EarlierProof[]> {
  return parse((await readRecord(rest, namespace, component, signal)).earlier);
}

/**
 * Remembers a proof whose place another one is about to take; nothing if that is a proof of the same.
 *
 * @throws KubernetesError
 */
export async function rememberEarlier(
  rest: Rest,
  owner: RecordOwner,
  { replaced, by }: { readonly replaced: Proof | undefined; readonly by: string },
  signal?: AbortSignal,
): Promise<void> {
  if (replaced === undefined || replaced.digest === by) return;
  const before = await readEarlierProofs(rest, owner.namespace, owner.component, signal);
  await writeToRecord(rest, owner, 'earlier', JSON.stringify(withReplaced(before, replaced, by)), signal);
}

/** Pure: the newest first, and of nothing twice. */
export function withReplaced(
  before: readonly EarlierProof[],
  { digest, version, provenAt, revision, hooks }: Proof,
  by: string,
): EarlierProof[] {
  const others = before.filter((each) => each.digest !== digest && each.digest !== by);
  return [{ digest, version, provenAt, revision, ...(hooks ? { hooks } : {}) }, ...others].slice(0, most);
}

/** What somebody mangled is forgotten. */
function parse(text: string | undefined): EarlierProof[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isSound) : [];
  } catch {
    return [];
  }
}

function isSound(value: unknown): value is EarlierProof {
  const { digest, revision } = (value ?? {}) as Partial<EarlierProof>;
  return typeof digest === 'string' && typeof revision === 'number';
}
