/**
 * How installed components are removed, kept in the stack's record beside what they proved: a stack file that no longer
 * lists one does not tell.
 *
 * @module
 */
import type { Removal } from '../stack/strays.js';
import type { Rest } from './rest.js';
import { readStackRecord, removeFromStackRecord, writeStackRecord } from './stack-record.js';

/** A removal, and whose component it is about: stacks may share a namespace. */
export interface RecordedRemoval extends Removal {
  readonly stack: string;
}

/** Of the component's key, which no component can have as its name. */
const suffix = '.removal';

/** Reads all of them, by component; none if there is no record. @throws KubernetesError */
export async function readRemovals(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<Map<string, RecordedRemoval>> {
  const record = await readStackRecord(rest, namespace, signal);
  return removalsOf(record?.data ?? {});
}

/** Removals by the data of the record; what somebody mangled tells nothing. */
export function removalsOf(data: Readonly<Record<string, string>>): Map<string, RecordedRemoval> {
  return new Map(
    Object.entries(data).flatMap(([key, text]) => {
      const removal = key.endsWith(suffix) ? parse(text) : undefined;
      return removal === undefined ? [] : [[key.slice(0, -suffix.length), removal] as const];
    }),
  );
}

/** Writes one. @throws KubernetesError */
export async function writeRemoval(
  rest: Rest,
  { namespace, component }: { readonly namespace: string; readonly component: string },
  removal: RecordedRemoval,
  signal?: AbortSignal,
): Promise<void> {
  const at = { namespace, stack: removal.stack, key: component + suffix };
  await writeStackRecord(rest, at, JSON.stringify(removal), signal);
}

/** Forgets everything about a component that is gone, also what it proved; fine if nothing is known. @throws KubernetesError */
export async function forgetComponent(
  rest: Rest,
  namespace: string,
  component: string,
  signal?: AbortSignal,
): Promise<void> {
  await removeFromStackRecord(rest, namespace, [component, component + suffix], signal);
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
