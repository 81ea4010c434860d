/**
 * Findings about pods and workloads, and the detector that decides when one of them is a failure.
 *
 * @module
 */
import type { Cause } from '../../stack/operation/operation-types.js';
import type { ClusterEvent, Pod } from '../api/objects.js';

/** Something that looks wrong. */
export interface Finding {
  readonly cause: Cause;
  /**
   * Milliseconds for which the cause must be seen without a break before it is a failure. What can heal by
   * itself in a healthy start gets time; `Infinity` is never one, but named when the time is over.
   */
  readonly gracePeriod: number;
  /** Each look tells the whole of it: when something comes that heals it, what was believed before no longer counts. */
  readonly afresh?: true;
  /** There is no room now, and what others leave would be some. */
  readonly crowded?: true;
  /** What was not found when somebody last tried: an old word, until it is looked for. */
  readonly missing?: MissingObject;
  /** A pod such as was refused when somebody last tried: an old word, until it is tried again. */
  readonly refused?: RefusedPod;
  /** Container whose last log lines tell more. */
  readonly logs?: { readonly pod: string; readonly container: string; readonly previous: boolean };
}

/** An object that only a look can tell to be missing still. */
export type MissingObject =
  | {
      readonly resource: 'secrets' | 'configmaps' | 'serviceaccounts' | 'persistentvolumeclaims';
      readonly namespace: string;
      readonly name: string;
    }
  /** Without a name: any that is the default. */
  | { readonly resource: 'storageclasses'; readonly name?: string };

/** A pod that can be sent to the API server. */
export interface RefusedPod {
  readonly namespace: string;
  readonly pod: object;
}

/** Grace periods in milliseconds, by how a cause can heal. */
export const GracePeriod = {
  /** No start heals it. */
  none: 0,
  /** The API server's caches and controllers may lag behind an apply. */
  lag: 10_000,
  /** A cluster's autoscaler looks every 10 s whether a node would help, and says so. */
  scaleUp: 14_000,
  /** Another pod may be leaving, a node may be joining. */
  shuffle: 30_000,
  /** A registry may restart. */
  outage: 90_000,
  never: Infinity,
} as const;

/** Where the log of a pod's first container is. */
export function logsOf({ metadata, spec }: Pod): Finding['logs'] {
  const container = spec?.containers?.[0]?.name;
  return container === undefined ? undefined : { pod: metadata.name, container, previous: false };
}

/** Events about an object, newest last. */
export function eventsAbout(events: readonly ClusterEvent[], uid: string | undefined): ClusterEvent[] {
  return events
    .filter((event) => event.involvedObject?.uid === uid)
    .toSorted((a, b) => timeOf(a) - timeOf(b));
}

function timeOf(event: ClusterEvent): number {
  return (
    Date.parse(
      event.lastTimestamp ??
        event.eventTime ??
        event.firstTimestamp ??
        event.metadata.creationTimestamp ??
        '',
    ) || 0
  );
}

/** Remembers since when each finding has been seen without a break. */
export class FailureDetector {
  readonly #seen = new Map<string, { readonly since: number; readonly finding: Finding }>();

  /** Takes what is found at `now` (milliseconds); what is no longer found is forgotten. */
  update(findings: readonly Finding[], now: number): void {
    const keys = new Set(findings.map(keyOf));
    for (const key of this.#seen.keys()) if (!keys.has(key)) this.#seen.delete(key);
    for (const finding of findings) {
      const known = this.#seen.get(keyOf(finding));
      // Back-offs hide the telling message for a while: the shortest grace period that was ever due stays due.
      const isHidden = known && !finding.afresh && known.finding.gracePeriod < finding.gracePeriod;
      const stronger = isHidden ? known.finding : finding;
      this.#seen.set(keyOf(finding), { since: known?.since ?? now, finding: stronger });
    }
  }

  /** The first finding whose grace period is over. */
  conclusive(now: number): Finding | undefined {
    return [...this.#seen.values()].find(({ since, finding }) => now - since >= finding.gracePeriod)?.finding;
  }

  /** Milliseconds until the next grace period is over; Infinity if none ever is. */
  due(now: number): number {
    return Math.min(
      ...[...this.#seen.values()].map(({ since, finding }) => since + finding.gracePeriod - now),
      Infinity,
    );
  }
}

/** Identity of a finding over time: the message may change (counts, timestamps), the fault is the same. */
function keyOf({ cause }: Finding): string {
  return `${cause.type} ${cause.where ?? ''}`;
}
