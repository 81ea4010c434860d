/**
 * Whether what was proven is still there: the one answer that installs, verifications, `status` and `plan` share. Pure.
 *
 * @module
 */
import type { LiveLook } from './live-look.js';
import type { Proof } from './proofs.js';

/** What a release lacks of what it had when it was proven. */
export interface Shortcoming {
  /**
   * `gone`: an object was taken away; `scaled`: fewer pods are wanted; `changed`: another hand set fields that the chart
   * sets; `unready`: pods are not ready.
   */
  readonly kind: 'gone' | 'scaled' | 'changed' | 'unready';
  /** For people, e.g. `Service/kafka` or `readiness: 2/3 pods ready`. */
  readonly missing: string;
}

/** `Kind/name` of all that is gone, scaled down or changed by another hand. */
export function driftedObjects(proof: Proof, look: LiveLook): string[] {
  const gone = proof.objects.filter((object) => !look.objects.includes(object));
  const scaled = Object.entries(proof.wanted ?? {}).filter(
    ([workload, before]) => (look.wanted[workload] ?? before) < before,
  );
  const changed = Object.entries(proof.fields ?? {}).filter(
    ([object, before]) => look.fields[object] !== before,
  );
  return [...new Set([...gone, ...[...scaled, ...changed].map(([object]) => object)])].toSorted();
}

/** The first thing that is missing; undefined if what was proven is there and ready. */
export function shortcomingOf(proof: Proof, look: LiveLook): Shortcoming | undefined {
  const gone = proof.objects.find((object) => !look.objects.includes(object));
  if (gone !== undefined) return { kind: 'gone', missing: gone };
  for (const [workload, before] of Object.entries(proof.wanted ?? {})) {
    const now = look.wanted[workload];
    if (now !== undefined && now < before)
      return {
        kind: 'scaled',
        missing: `pods of ${workload}: it is scaled to ${now}, ${before} were proven`,
      };
  }
  for (const [object, before] of Object.entries(proof.fields ?? {})) {
    if (look.fields[object] === before) continue;
    const hands = look.hands[object] ?? '';
    return { kind: 'changed', missing: `planned fields of ${object}${hands === '' ? '' : `: ${hands}`}` };
  }
  return look.ready ? undefined : { kind: 'unready', missing: `readiness: ${look.pods}` };
}
