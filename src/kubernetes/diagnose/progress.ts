/**
 * Whether pods advance on their way to readiness, or to their end. Pure.
 *
 * @module
 */
import type { ClusterEvent, ContainerStatus, Pod } from '../api/objects.js';
import { eventsAbout } from './failure-detector.js';

/** Remembers how far pods have come, by the revision of their template: a pod that starts again is no progress. */
export class Milestones {
  readonly #furthest = new Map<string, number>();

  /** True if the pods have come further than ever before. */
  advanced(pods: readonly Pod[]): boolean {
    const sums = new Map<string, number>();
    for (const pod of pods) {
      sums.set(revisionOf(pod), (sums.get(revisionOf(pod)) ?? 0) + passedBy(pod));
    }
    const further = [...sums].filter(([revision, sum]) => sum > (this.#furthest.get(revision) ?? 0));
    for (const [revision, sum] of further) this.#furthest.set(revision, sum);
    return further.length > 0;
  }
}

function revisionOf({ metadata }: Pod): string {
  const { labels = {}, ownerReferences } = metadata;
  return (
    labels['controller-revision-hash'] ??
    labels['pod-template-hash'] ??
    ownerReferences?.[0]?.uid ??
    metadata.name
  );
}

/** How many milestones the pod has passed: scheduled, each container started, started up, ready or ended. */
function passedBy({ status }: Pod): number {
  const is = (type: string) =>
    status?.conditions?.some((each) => each.type === type && each.status === 'True');
  const { initContainerStatuses = [], containerStatuses = [] } = status ?? {};
  return [
    is('PodScheduled'),
    status?.phase === 'Succeeded',
    ...[...initContainerStatuses, ...containerStatuses].flatMap(passedByContainer),
  ].filter((passed) => passed === true).length;
}

function passedByContainer({ state, started, ready }: ContainerStatus): (boolean | undefined)[] {
  const ended = state?.terminated?.exitCode === 0;
  return [state?.running !== undefined || ended, started === true || ended, ready === true || ended];
}

/** True while the kubelet pulls an image for the pod: it says by itself when that fails or takes too long. */
export function isPulling(pod: Pod, events: readonly ClusterEvent[]): boolean {
  if (pod.status?.phase !== 'Pending') return false;
  const newest = eventsAbout(events, pod.metadata.uid).at(-1);
  return newest?.reason === 'Pulling';
}

/** Characters of a line that tell what kind it is. */
const tellingLength = 200;

/**
 * A log line without what changes each time: numbers, times, identifiers. A program that tries the same again and again
 * writes the same lines in this sense; one that gets on writes others.
 */
export function lineKind(line: string): string {
  return line
    .slice(0, 2 * tellingLength)
    .replaceAll(/\b(?=\w*\d)[0-9a-f]{6,}(?:-[0-9a-f]{4,})*\b/gi, '#')
    .replaceAll(/0x[0-9a-f]+/gi, '#')
    .replaceAll(/\d+/g, '#')
    .replaceAll(/[#.,:\s-]+/g, ' ')
    .slice(0, tellingLength);
}

/** How far a program says it is, in a line such as `progress: 120 of 900 bytes`; undefined if the line does not say so. */
export function progressIn(line: string): number | undefined {
  const said = /\bprogress: (\d+) of \d+\b/i.exec(line)?.[1];
  return said === undefined ? undefined : Number(said);
}
