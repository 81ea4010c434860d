/**
 * When a workload is ready. Pure.
 *
 * @module
 */
import type { Workload } from '../api/objects.js';

/** Kinds that run pods, as a release may hold them. */
export type WorkloadKind = 'StatefulSet' | 'Deployment' | 'DaemonSet' | 'Job';

/** How far a workload is. */
export interface Readiness {
  readonly ready: boolean;
  /** Pods that are ready and of the newest revision, and pods wanted. */
  readonly pods: { readonly ready: number; readonly wanted: number };
}

/** How far a workload is, by its status alone: rollouts must be complete, not merely have enough old pods. */
export function readinessOf(kind: WorkloadKind, workload: Workload): Readiness {
  const observed = isObserved(kind, workload);
  switch (kind) {
    case 'StatefulSet':
      return whenObserved(observed, statefulSet(workload));
    case 'Deployment':
      return whenObserved(observed, deployment(workload));
    case 'DaemonSet':
      return whenObserved(observed, daemonSet(workload));
    case 'Job':
      return job(workload);
  }
}

/** Whether its controller has seen what is wanted of it. That of Jobs does not say; their pods never change. */
export function isObserved(kind: WorkloadKind, { metadata, status }: Workload): boolean {
  return kind === 'Job' || (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

function whenObserved(observed: boolean, readiness: Readiness): Readiness {
  return observed ? readiness : { ready: false, pods: { ...readiness.pods, ready: 0 } };
}

function statefulSet({ spec, status }: Workload): Readiness {
  const wanted = spec?.replicas ?? 1;
  const ready = status?.readyReplicas ?? 0;
  // Pods below the partition, and all of them under OnDelete, are meant to stay as they are.
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const toUpdate = spec?.updateStrategy?.type === 'OnDelete' ? 0 : Math.max(0, wanted - partition);
  const updated =
    status?.updatedReplicas ?? (status?.currentRevision === status?.updateRevision ? wanted : 0);
  const done = updated >= toUpdate && (status?.replicas ?? 0) === wanted;
  return {
    ready: done && ready === wanted,
    pods: { ready: done ? ready : Math.min(ready, updated), wanted },
  };
}

function deployment({ spec, status }: Workload): Readiness {
  const wanted = spec?.replicas ?? 1;
  const updated = status?.updatedReplicas ?? 0;
  const available = status?.availableReplicas ?? 0;
  const oldGone = (status?.replicas ?? 0) === updated;
  return {
    ready: updated === wanted && available === wanted && oldGone,
    pods: { ready: Math.min(updated, available), wanted },
  };
}

function daemonSet({ status }: Workload): Readiness {
  const wanted = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  const available = status?.numberAvailable ?? 0;
  return {
    ready: updated >= wanted && available >= wanted,
    pods: { ready: Math.min(updated, available), wanted },
  };
}

function job({ spec, status }: Workload): Readiness {
  const wanted = spec?.completions ?? 1;
  const complete =
    status?.conditions?.some(({ type, status: is }) => type === 'Complete' && is === 'True') ?? false;
  return { ready: complete || spec?.suspend === true, pods: { ready: status?.succeeded ?? 0, wanted } };
}
