/**
 * One release as a whole: is it ready, what does it wait for, what is wrong with it. Pure.
 *
 * @module
 */
import type { Cause } from '../../stack/operation/operation-types.js';
import {
  type Claim,
  type ClusterEvent,
  type KubernetesObject,
  type Pod,
  type Workload,
  nameOf,
} from '../api/objects.js';
import { type Readiness, type WorkloadKind, isObserved, readinessOf } from '../releases/readiness.js';
import { diagnoseClaim } from './claims.js';
import { diagnosePod } from './pods.js';
import { type Finding, eventsAbout } from './failure-detector.js';
import { whyUnstarted } from './unstarted.js';
import { diagnoseWorkload } from './workloads.js';

/** Everything of a namespace that tells about its releases. */
export interface NamespaceView {
  readonly workloads: Readonly<Record<WorkloadKind, readonly Workload[]>>;
  readonly replicaSets: readonly Workload[];
  readonly pods: readonly Pod[];
  readonly claims: readonly Claim[];
  readonly events: readonly ClusterEvent[];
}

/** What is to say about a release at one moment. */
export interface Assessment {
  readonly ready: boolean;
  /** For people: `2/3 pods ready`. */
  readonly waitingFor: string;
  readonly findings: readonly Finding[];
  /** Pods of the newest revision of each workload. */
  readonly pods: readonly Pod[];
  /** Pods that are wanted but not ready. */
  readonly unready: readonly Pod[];
  /** What the first of them waits for, by its own words; undefined if it says nothing. */
  readonly unreadyWhy: string | undefined;
  /** Broken pods of an earlier revision that a StatefulSet will not replace by itself. */
  readonly stuck: readonly Pod[];
}

/** Annotation by which Helm marks the objects of a release. */
export const releaseAnnotation = 'meta.helm.sh/release-name';

/** True for an object that Helm made for the release. */
export function belongsTo(release: string, { metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[releaseAnnotation] === release;
}

/** Assesses the release by the newest state of its namespace. */
export function assess(view: NamespaceView, release: string): Assessment {
  const kinds = Object.entries(view.workloads) as [WorkloadKind, readonly Workload[]][];
  const workloads = kinds.flatMap(([kind, all]) =>
    all
      .filter((each) => belongsTo(release, each))
      .map((workload) => ({ kind, workload, readiness: readinessIn(view, kind, workload) })),
  );
  const owned = workloads.map(({ kind, workload }) => podsOf(view, kind, workload));
  const pods = owned.flatMap(({ current }) => current);
  const replicaSets = owned.flatMap(({ replicaSets: sets }) => sets);
  const unfinished = workloads.filter(({ readiness }) => !readiness.ready);
  const unready = pods.filter((pod) => !isReady(pod));
  const [first] = unready;
  return {
    ready: unfinished.length === 0,
    waitingFor: waitingFor(
      workloads.map(({ readiness }) => readiness),
      unfinished,
    ),
    findings: [
      ...unfinished.flatMap(({ kind, workload }) => diagnoseWorkload(kind, workload, view.events)),
      ...replicaSets.flatMap((set) => diagnoseWorkload('ReplicaSet', set, view.events)),
      ...claimsOf(view, pods).flatMap((claim) => diagnoseClaim(claim, view.events)),
      ...pods.flatMap((pod) => diagnosePod(pod, view.events, view.pods)),
    ],
    pods,
    unready,
    unreadyWhy: first && whyUnready(first, view.events),
    stuck: owned.flatMap(({ outdated }) => outdated).filter((pod) => isBroken(pod, view.events)),
  };
}

/**
 * As its status says, but a StatefulSet counts pods that are being deleted as ready: another takes the place of each, and is
 * not there yet.
 */
function readinessIn(view: NamespaceView, kind: WorkloadKind, workload: Workload): Readiness {
  const readiness = readinessOf(kind, workload);
  if (kind !== 'StatefulSet') return readiness;
  const pods = view.pods.filter((pod) => ownedBy(workload, pod));
  const leaving = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length;
  if (leaving === 0) return readiness;
  const { ready, wanted } = readiness.pods;
  return { ready: false, pods: { ready: Math.max(0, ready - leaving), wanted } };
}

/**
 * Cause for a release that did not become ready in time: the most telling finding, or what was still missing.
 *
 * @param waited for people: `300 s`
 */
export function notReadyCause(
  assessment: Assessment,
  release: string,
  namespace: string,
  waited: string,
): Cause {
  const { waitingFor: missing, unreadyWhy: why } = assessment;
  const [finding] = assessment.findings;
  const [pod] = assessment.unready;
  const said = finding?.cause.message ?? (why === undefined ? missing : `${missing}; ${why}`);
  return {
    type: 'ReadyTimeout',
    message: `not ready after ${waited}: ${said}`,
    where: finding?.cause.where ?? (pod ? nameOf('Pod', pod.metadata) : `release ${namespace}/${release}`),
    next:
      finding?.cause.next ??
      'raise its timeouts.ready in the stack file if it is merely slow; else read the log of the pods that are not ready',
  };
}

function waitingFor(
  all: readonly Readiness[],
  unfinished: readonly { kind: WorkloadKind; workload: Workload }[],
): string {
  const ready = all.reduce((sum, { pods }) => sum + pods.ready, 0);
  const wanted = all.reduce((sum, { pods }) => sum + pods.wanted, 0);
  const [first] = unfinished;
  const rolling =
    ready === wanted && first ? `, ${first.kind} ${first.workload.metadata.name} still rolls out` : '';
  return `${ready}/${wanted} pods ready${rolling}`;
}

/**
 * Pods of a workload: those of its newest revision, and others that it still holds. Neither, until its controller has seen the newest:
 * which pods are of it cannot be told.
 */
function podsOf(view: NamespaceView, kind: WorkloadKind, workload: Workload) {
  if (!isObserved(kind, workload)) return { current: [], outdated: [], replicaSets: [] };
  if (kind !== 'Deployment') {
    const pods = view.pods.filter((pod) => ownedBy(workload, pod));
    const newest = kind === 'StatefulSet' ? workload.status?.updateRevision : undefined;
    const isOutdated = (pod: Pod) =>
      newest !== undefined && pod.metadata.labels?.['controller-revision-hash'] !== newest;
    return {
      current: pods.filter((pod) => !isOutdated(pod)),
      outdated: pods.filter(isOutdated),
      replicaSets: [],
    };
  }
  const sets = view.replicaSets
    .filter((set) => ownedBy(workload, set))
    .toSorted((a, b) => revisionOf(b) - revisionOf(a));
  const replicaSets = sets.slice(0, 1);
  // A Deployment replaces broken pods of older ReplicaSets by itself: none is ever stuck.
  return {
    current: view.pods.filter((pod) => replicaSets.some((set) => ownedBy(set, pod))),
    outdated: [],
    replicaSets,
  };
}

function ownedBy(owner: KubernetesObject, { metadata }: KubernetesObject): boolean {
  return metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

function revisionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}

function claimsOf({ claims }: NamespaceView, pods: readonly Pod[]): Claim[] {
  const names = new Set(
    pods.flatMap(({ spec }) => spec?.volumes?.map((volume) => volume.persistentVolumeClaim?.claimName)),
  );
  return claims.filter(({ metadata }) => names.has(metadata.name));
}

function isReady({ status }: Pod): boolean {
  return (
    status?.phase === 'Succeeded' ||
    (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false)
  );
}

/** The words of its probe, or the init container that has not ended. */
function whyUnready(pod: Pod, events: readonly ClusterEvent[]): string | undefined {
  const init = pod.status?.initContainerStatuses?.find(({ state }) => state?.running !== undefined);
  if (init) return `its init container ${init.name} has not ended`;
  const unhealthy = eventsAbout(events, pod.metadata.uid).findLast(({ reason }) => reason === 'Unhealthy');
  return unhealthy?.message?.trim() ?? whyUnstarted(pod)?.why;
}

/** Not ready, and by a fault that its own revision will not cure. */
function isBroken(pod: Pod, events: readonly ClusterEvent[]): boolean {
  return !isReady(pod) && diagnosePod(pod, events).length > 0;
}
