/** @module */
import { log } from '@temporalio/activity';
import { diagnosePod } from '../../kubernetes/diagnose/pods.js';
import { FailureDetector } from '../../kubernetes/diagnose/failure-detector.js';
import { isKubernetesError, isQuota } from '../../kubernetes/api/errors.js';
import { rawLog } from '../../kubernetes/api/logs.js';
import { observeNamespace } from '../../kubernetes/releases/namespace-view.js';
import { type Pod, nameOf } from '../../kubernetes/api/objects.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import type { ProvenCheck } from '../../stack/operation/operation-types.js';
import { longest } from '../../stack/operation/progress-limit.js';
import type { Attempt } from '../attempt.js';
import { withLog } from '../ready/await-ready.js';
import { failedCause, noRoomCause, timeoutCause, untriedCause } from './check-causes.js';
import { type PodManifest, checkPods } from './check-pods.js';
import type { RunCheckInput } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { factsOf } from './facts.js';
import { retryable, nonRetryable } from '../failures.js';
import { lookFurther } from '../ready/look-further.js';
import { PodProgress } from '../ready/pod-progress.js';
import { errorText } from '../../util/error-text.js';

/** Log lines among which the facts are looked for. */
const factLines = 50;

/** Milliseconds after which the pod is looked at although nothing was seen to change. */
const longestPause = 2_000;

/** Milliseconds for removing the pods of a check, also of one that was cancelled. */
const cleanupTimeout = 15_000;

/** Runs the check's pods one after the other, and reads from their logs what was proven, or why not. */
export async function runCheck(
  { helm, kubernetes: { rest }, ticks }: ResolvedDependencies,
  { stack, namespace, release, check, timeout }: RunCheckInput,
  { signal, tell }: Attempt,
): Promise<ProvenCheck> {
  const started = ticks();
  const progress = new PodProgress(rest, signal, { timeout, ticks });
  const limit = longest(timeout);
  const pods = checkPods(await helm.hooks({ release, namespace, signal }), { check, stack, limit });
  const made = new Map<string, string | undefined>();
  const run: CheckRun = {
    rest,
    ticks,
    namespace,
    check,
    signal,
    tell,
    progress,
    made,
  };
  try {
    for (const { metadata } of pods) {
      // Of a run that was killed: this one may end before it comes to them.
      await rest.deleteIfThere(`${podsPath(namespace)}/${metadata.name}`, undefined, signal);
    }
    for (const pod of pods) {
      await runPod(run, pod);
    }
    const facts = await readFacts(run, pods.at(-1)?.metadata.name ?? '');
    return { name: check.name, proves: check.proves, facts, milliseconds: Math.round(ticks() - started) };
  } finally {
    await removePods(run);
  }
}

interface CheckRun extends Pick<RunCheckInput, 'namespace' | 'check'>, Pick<Attempt, 'signal' | 'tell'> {
  readonly rest: Rest;
  readonly ticks: () => number;
  /** Of all its pods, which run one after the other. */
  readonly progress: PodProgress;
  /** UIDs of the pods that this run made, by name. */
  readonly made: Map<string, string | undefined>;
}

/** Runs one pod to its end. @throws ApplicationFailure, non-retryable, if it fails, cannot run, or stops advancing */
async function runPod(run: CheckRun, manifest: PodManifest): Promise<void> {
  const { rest, ticks, namespace, check, signal, tell, progress, made } = run;
  const { name } = manifest.metadata;
  const detector = new FailureDetector();
  const observer = await observeNamespace(rest, namespace, signal);
  let own: string | undefined;
  try {
    for (;;) {
      const { version } = observer;
      const { pods: all, events } = observer.view();
      const pod = all.find(({ metadata }) => metadata.name === name);
      const now = ticks();
      if (own === undefined && pod === undefined) {
        own = await createPod(run, manifest);
        if (own !== undefined) made.set(name, own);
      } else if (pod && pod.metadata.uid !== own) {
        // Of an earlier run, perhaps one that was killed: its facts are not this one's.
        await rest.deleteIfThere(`${podsPath(namespace)}/${name}`, pod.metadata.uid, signal);
      } else if (pod?.status?.phase === 'Succeeded') {
        return;
      } else if (pod?.status?.phase === 'Failed') {
        const untried = await untriedCause(run, pod);
        if (untried) throw retryable(untried);
        throw nonRetryable(await failedCause(run, pod));
      } else if (pod) {
        const findings = diagnosePod(pod, events);
        detector.update(await lookFurther(rest, findings, signal), now);
        const found = detector.conclusive(now);
        if (found?.crowded) throw retryable(noRoomCause(check, found.cause));
        if (found) throw nonRetryable(await withLog(rest, namespace, found, signal));
      }
      const pods = pod && pod.metadata.uid === own ? [pod] : [];
      await progress.look({ pods, unfinished: pods, events });
      if (progress.deadline.isOver)
        throw nonRetryable(await timeoutCause(run, pod, progress.deadline.described));
      tell({ detail: `${check.name}: pod ${name} ${pod?.status?.phase?.toLowerCase() ?? 'starts'}` });
      await observer.changed(version, Math.min(progress.deadline.left, detector.due(now), longestPause));
    }
  } finally {
    observer.close();
  }
}

/**
 * Makes the pod; undefined if one of its name is there still, which the observation has not seen yet. A cancellation does not
 * cut off the request: a pod that is made must be known, or nobody takes it away.
 */
async function createPod(
  { rest, namespace, check }: CheckRun,
  manifest: PodManifest,
): Promise<string | undefined> {
  const where = nameOf('Pod', { ...manifest.metadata, namespace });
  const body = { ...manifest, metadata: { ...manifest.metadata, namespace } };
  try {
    const path = podsPath(namespace);
    return (await rest.json<Pod>({ method: 'POST', path, body })).metadata.uid;
  } catch (error) {
    if (isKubernetesError(error, 'conflict')) return undefined;
    if (isQuota(error)) throw retryable(noRoomCause(check, { message: error.message, where }));
    throw error;
  }
}

function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}

async function readFacts(
  { rest, namespace, check, signal }: CheckRun,
  pod: string,
): Promise<ProvenCheck['facts']> {
  const text = await rawLog(rest, { namespace, pod, lines: factLines, signal });
  try {
    return factsOf(text);
  } catch (error) {
    const message = errorText(error);
    throw nonRetryable({
      type: 'CheckFailed',
      message,
      where: `Pod ${namespace}/${pod}`,
      next: `correct what ${check.name} prints: one line with a JSON object of at most 4,000 bytes, or none`,
    });
  }
}

/**
 * Removes the pods of this run, also when it was cancelled: so not by its signal. Those of another run, which has
 * taken over from one that was too long silent, are not its own.
 */
async function removePods({ rest, namespace, check, made }: CheckRun): Promise<void> {
  const signal = AbortSignal.timeout(cleanupTimeout);
  const removals = [...made].map(([name, uid]) =>
    rest.deleteIfThere(`${podsPath(namespace)}/${name}`, uid, signal),
  );
  for (const result of await Promise.allSettled(removals)) {
    // The next run of the check, or the removal of the component, takes them away: no reason to hide the check's own end.
    if (result.status === 'rejected') {
      log.warn('a pod of the check could not be removed', {
        check: check.name,
        error: String(result.reason),
      });
    }
  }
}
