/**
 * Why a workload gets no pods, or a job failed. Pure.
 *
 * @module
 */
import { defined } from '../../util/defined.js';
import { type ClusterEvent, type Workload, nameOf } from '../api/objects.js';
import {
  GracePeriod,
  type MissingObject,
  type RefusedPod,
  type Finding,
  eventsAbout,
} from './failure-detector.js';

/** Findings of one workload: StatefulSet, ReplicaSet, DaemonSet or Job. */
export function diagnoseWorkload(
  kind: string,
  workload: Workload,
  events: readonly ClusterEvent[],
): Finding[] {
  return [...failedJob(kind, workload), ...refusedPods(kind, workload, events)];
}

function failedJob(kind: string, workload: Workload): Finding[] {
  const failed = workload.status?.conditions?.find(
    ({ type, status }) => type === 'Failed' && status === 'True',
  );
  if (kind !== 'Job' || !failed) return [];
  return [
    {
      cause: {
        type: 'JobFailed',
        message: `the job failed: ${failed.message ?? failed.reason}`,
        where: nameOf(kind, workload.metadata),
        next: 'read the log of its pods and correct the values',
      },
      gracePeriod: GracePeriod.none,
    },
  ];
}

/** What the API server says when it refuses a pod, by what one can do about it. */
const refusals = [
  {
    pattern: /error looking up service account|serviceaccount "[^"]+" not found/i,
    type: 'ServiceAccountMissing',
    next: 'create the ServiceAccount, or correct its name in the values',
  },
  {
    pattern: /exceeded quota|failed quota|must specify (limits|requests)|maximum (cpu|memory) usage/i,
    type: 'QuotaExceeded',
    next: 'raise the ResourceQuota or LimitRange of the namespace, or lower the requests in the values',
  },
  {
    pattern: /admission webhook|violates PodSecurity|denied the request|ValidatingAdmissionPolicy/i,
    type: 'AdmissionDenied',
    next: 'change the policy, or choose values that it allows',
  },
] as const;

function refusedPods(kind: string, workload: Workload, events: readonly ClusterEvent[]): Finding[] {
  const message = conditionMessage(workload) ?? eventMessage(kind, workload, events);
  if (message === undefined) return [];
  return [
    {
      ...refusal(message, nameOf(kind, workload.metadata)),
      ...defined({ missing: missingAccount(message, workload), refused: podOf(workload) }),
    },
  ];
}

function refusal(message: string, where: string): Pick<Finding, 'cause' | 'gracePeriod'> {
  const known = refusals.find(({ pattern }) => pattern.test(message));
  return {
    cause: {
      type: known?.type ?? 'CreateFailed',
      message: `the API server refuses its pods: ${message}`,
      where,
      next: known?.next ?? 'correct what the message names, in the chart or in the values',
    },
    // An event may tell of an earlier attempt: the controller needs a moment to try again after an apply.
    gracePeriod: known ? GracePeriod.lag : GracePeriod.shuffle,
  };
}

/** A pod as the workload's controller makes the first of them; undefined if the workload does not tell. */
function podOf({ metadata, spec }: Workload): RefusedPod | undefined {
  const { template, volumeClaimTemplates = [] } = spec ?? {};
  if (template === undefined || metadata.namespace === undefined) return undefined;
  const claims = volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: `${name}-${metadata.name}-0` },
  }));
  return {
    namespace: metadata.namespace,
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, generateName: `${metadata.name}-`, namespace: metadata.namespace },
      spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] },
    },
  };
}

/** Says that somebody's webhook cannot be asked without something coming of it. */
const cannotBeTried = /does not support dry run/i;

/**
 * The finding, when such a pod was tried again: none if it is taken by now, for the controller tries again, with growing pauses.
 *
 * @param message - what the API server has against it
 */
export function whenTried(finding: Finding, message: string | undefined): Finding[] {
  if (message === undefined) return [];
  if (cannotBeTried.test(message)) return [finding];
  return [{ ...finding, ...refusal(message, finding.cause.where ?? '') }];
}

function missingAccount(message: string, { metadata: { namespace } }: Workload): MissingObject | undefined {
  const name = /serviceaccount "([^"]+)" not found/i.exec(message)?.[1];
  return name === undefined || namespace === undefined
    ? undefined
    : { resource: 'serviceaccounts', namespace, name };
}

/** ReplicaSets say it in their status. */
function conditionMessage({ status }: Workload): string | undefined {
  return status?.conditions?.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True')
    ?.message;
}

/** StatefulSets, DaemonSets and Jobs say it by an event alone, which counts while pods are missing and nothing newer was said. */
function eventMessage(kind: string, workload: Workload, events: readonly ClusterEvent[]): string | undefined {
  const newest = eventsAbout(events, workload.metadata.uid).at(-1);
  if (newest?.reason !== 'FailedCreate' || !lacksPods(kind, workload)) return undefined;
  return newest.message;
}

function lacksPods(kind: string, { spec, status }: Workload): boolean {
  if (kind === 'DaemonSet') return (status?.numberReady ?? 0) < (status?.desiredNumberScheduled ?? 0);
  if (kind === 'Job') return (status?.succeeded ?? 0) < (spec?.completions ?? 1);
  return (status?.replicas ?? 0) < (spec?.replicas ?? 1);
}
