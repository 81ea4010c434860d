/**
 * Whether what was proven is still there: the one answer that installs, verifications, `status` and `plan` share. Pure.
 *
 * @module
 */
import type { LiveLook } from './live-look.js';
import type { Proof } from '../record/proofs.js';

/** What a release lacks of what it had when it was proven. */
export interface Shortcoming {
  /**
   * `gone`: an object was taken away; `scaled`: fewer pods are wanted; `changed`: another hand set fields that the chart
   * sets; `rotated`: pods have read a Secret that has other values now; `unready`: pods are not ready.
   */
  readonly kind: 'gone' | 'scaled' | 'changed' | 'rotated' | 'unready';
  /** For people, e.g. `Service/kafka` or `readiness: 2/3 pods ready`. */
  readonly missing: string;
}

/** `Kind/name` of all that is gone, scaled down or changed by another hand. */
export function driftedObjects(proof: Proof, look: LiveLook): string[] {
  return [...new Set(drifts(proof, look).map(({ object }) => object))].toSorted();
}

/** The first thing that is missing; undefined if what was proven is there and ready. */
export function shortcomingOf(proof: Proof, look: LiveLook): Shortcoming | undefined {
  const [drift] = drifts(proof, look);
  const rotated = look.rotated.map((secret) => `pods that have read Secret/${secret} since it changed`);
  const missing = (...all: string[]) => [...all, ...rotated].join(', and ');
  if (drift) return { kind: drift.kind, missing: missing(drift.missing) };
  if (!look.ready) return { kind: 'unready', missing: missing(`readiness: ${look.pods}`) };
  const [other] = unreadyOthers(proof, look);
  if (other !== undefined) return { kind: 'unready', missing: missing(`readiness: ${other}`) };
  return rotated.length > 0 ? { kind: 'rotated', missing: missing() } : undefined;
}

/** A shortcoming of one object. */
interface Drift extends Shortcoming {
  readonly object: string;
}

/** What objects lack, those that are gone first. */
function drifts(proof: Proof, look: LiveLook): Drift[] {
  const isSeen = (object: string) => !look.unseen.some((kind) => object.startsWith(`${kind}/`));
  const gone = proof.objects
    .filter((object) => isSeen(object) && !look.objects.includes(object))
    .map((object) => ({ kind: 'gone' as const, object, missing: object }));
  const scaled = Object.entries(proof.wanted ?? {}).flatMap(([object, before]) => {
    const now = look.wanted[object];
    if (now === undefined || now >= before) return [];
    const missing = `pods of ${object}: it is scaled to ${now}, ${before} were proven`;
    return [{ kind: 'scaled' as const, object, missing }];
  });
  const changed = Object.entries(proof.fields ?? {})
    .filter(([object, before]) => isSeen(object) && look.fields[object] !== before)
    .map(([object]) => changedBy(object, look.hands[object] ?? ''));
  return [...gone, ...scaled, ...changed, ...driftOfOthers(proof, look)];
}

/** Of those that nobody may look at, nothing is known. */
function driftOfOthers({ others = {} }: Proof, look: LiveLook): Drift[] {
  return Object.entries(others).flatMap(([object, before]): Drift[] => {
    const now = look.others?.[object];
    if (now === undefined || now === 'unseen') return [];
    if (now === 'gone') return [{ kind: 'gone', object, missing: object }];
    // Of one that is remembered for its readiness alone, the look at the namespace tells.
    const isForReadiness = before.ready !== undefined && before.fields === undefined;
    return isForReadiness || now.fields === before.fields ? [] : [changedBy(object, now.hands)];
  });
}

/** Those that are there, as the proof remembers them. */
function unreadyOthers({ others = {} }: Proof, look: LiveLook): string[] {
  return Object.keys(others).flatMap((object) => {
    const now = look.others?.[object];
    const unready = typeof now === 'object' ? now.unready : undefined;
    return unready === undefined ? [] : [`${object}: ${unready.why}`];
  });
}

function changedBy(object: string, hands: string): Drift {
  return {
    kind: 'changed',
    object,
    missing: `planned fields of ${object}${hands === '' ? '' : `: ${hands}`}`,
  };
}
