/**
 * How installed components are removed, kept in their records beside what they proved: a stack file that no longer
 * lists one does not tell.
 *
 * @module
 */
import type { Removal } from '../../stack/plan/unlisted.js';
import type { Rest } from '../api/rest.js';
import { deleteRecord, readRecords, writeToRecord } from './component-records.js';

/** A removal, and whose component it is about: stacks may share a namespace. */
export interface RecordedRemoval extends Removal {
  readonly stack: string;
}

/** Reads all of them, by component; what somebody mangled tells nothing. @throws KubernetesError */
export async function readRemovals(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<Map<string, RecordedRemoval>> {
  const records = await readRecords(rest, namespace, signal);
  return new Map(
    [...records].flatMap(([component, { removal: text }]) => {
      const removal = text === undefined ? undefined : parse(text);
      return removal === undefined ? [] : [[component, removal] as const];
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
  const owner = { namespace, stack: removal.stack, component };
  await writeToRecord(rest, owner, 'removal', JSON.stringify(removal), signal);
}

/** Forgets everything about a component that is gone, also what it proved; fine if nothing is known. @throws KubernetesError */
export async function forgetComponent(
  rest: Rest,
  namespace: string,
  component: string,
  signal: AbortSignal,
): Promise<void> {
  await deleteRecord(rest, namespace, component, signal);
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
