/**
 * The pods of a chart's hooks, and what is wrong with them. Pure.
 *
 * @module
 */
import { defined } from '../../util/defined.js';
import { type KubernetesObject, type Pod, type Workload, nameOf } from '../api/objects.js';
import { Label } from '../releases/releases.js';
import { diagnosePod } from './pods.js';
import type { NamespaceView } from './release.js';
import { GracePeriod, type Finding, logsOf } from './failure-detector.js';

const annotation = 'helm.sh/hook';

/** Failed pods of one Job before that is believed: as many as deaths of a container. */
const failures = 4;

/** `backoffLimit` of a Job of which nobody says otherwise. Who raises it wants failures to be waited for. */
const defaultBackoffLimit = 6;

/** Pods of the hooks that Helm waits for. */
export interface HookPods {
  readonly pods: readonly Pod[];
  readonly findings: readonly Finding[];
}

/**
 * The pods of the release's hooks, those of `helm test` apart.
 *
 * @param since - milliseconds since 1970 by the server's clock: older hooks are of an earlier revision
 */
export function hookPods(view: NamespaceView, release: string, since: number): HookPods {
  const isHook = (object: KubernetesObject) => isHookOf(object, release, since);
  const jobs = view.workloads.Job.filter(isHook);
  const own = view.pods.filter(isHook);
  const ofJobs = jobs.map((job) => [job, view.pods.filter(isOwnedBy(job))] as const);
  const pods = [...own, ...ofJobs.flatMap(([, each]) => each)];
  return {
    pods,
    findings: [
      // Helm waits for them in vain, until its time is over.
      ...own.filter(isFailed).map(failed),
      ...ofJobs.flatMap(([job, each]) => failedJob(job, each.filter(isFailed))),
      ...own.flatMap((pod) => diagnosePod(pod, view.events, view.pods)),
      ...ofJobs.flatMap(([job, each]) =>
        each
          .flatMap((pod) => diagnosePod(pod, view.events, view.pods))
          .filter(({ cause }) => !isPatient(job) || cause.type !== 'CrashLoop'),
      ),
    ],
  };
}

function isHookOf({ metadata }: KubernetesObject, release: string, since: number): boolean {
  const { annotations, labels, creationTimestamp = '' } = metadata;
  const moments = annotations?.[annotation]?.split(',').map((moment) => moment.trim());
  if (moments === undefined || moments.every((moment) => moment.startsWith('test'))) return false;
  // Timestamps are whole seconds.
  if (Date.parse(creationTimestamp) < Math.floor(since / 1_000) * 1_000) return false;
  return (labels?.[Label.instance] ?? release) === release;
}

function isOwnedBy(job: KubernetesObject): (pod: Pod) => boolean {
  return ({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid) ?? false;
}

function isFailed({ status }: Pod): boolean {
  return status?.phase === 'Failed';
}

/** A Job that was given up, or whose pods fail again and again. */
function failedJob(job: Workload, pods: readonly Pod[]): Finding[] {
  const isOver =
    job.status?.conditions?.some((each) => each.type === 'Failed' && each.status === 'True') ?? false;
  const isHopeless = !isPatient(job) && pods.length >= failures;
  const last = pods.at(-1);
  return last !== undefined && (isOver || isHopeless) ? [failed(last)] : [];
}

function isPatient({ spec }: Workload): boolean {
  return (spec?.backoffLimit ?? 0) > defaultBackoffLimit;
}

function failed(pod: Pod): Finding {
  return { cause: hookFailed(pod), gracePeriod: GracePeriod.none, ...defined({ logs: logsOf(pod) }) };
}

/** The cause of a hook whose pod failed, without its log lines. */
export function hookFailed(pod: Pod): Finding['cause'] {
  const { reason, message } = pod.status ?? {};
  const why = message ?? reason;
  return {
    type: 'HookFailed',
    message: `the hook’s pod ${pod.metadata.name} failed${why === undefined ? '' : `: ${why}`}`,
    where: nameOf('Pod', pod.metadata),
    next: 'correct the values or the chart as its log says',
  };
}
