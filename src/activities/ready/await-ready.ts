/** @module */
import { defined } from '../../util/defined.js';
import { manifestIfSeen } from '../../kubernetes/releases/applied-workloads.js';
import { type Assessment, assess, notReadyCause } from '../../kubernetes/diagnose/release.js';
import { hintOf } from '../../kubernetes/diagnose/log-hints.js';
import { FailureDetector, type Finding, logsOf } from '../../kubernetes/diagnose/failure-detector.js';
import { lastLogLines } from '../../kubernetes/api/logs.js';
import { observeNamespace } from '../../kubernetes/releases/namespace-view.js';
import type { Pod } from '../../kubernetes/api/objects.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import type { Cause } from '../../stack/operation/operation-types.js';
import type { Attempt } from '../attempt.js';
import type { AwaitReadyInput, BecameReady } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { lookFurther } from './look-further.js';
import { OtherObjectsReady } from './other-objects-ready.js';
import { PodProgress } from './pod-progress.js';

/** Log lines that a cause carries. */
export const logLines = 20;

/** Milliseconds for which a watch that lags behind is given a moment. */
const catchUp = 500;

/** Milliseconds after which the time spent is told anew although nothing has changed: an attempt that dies loses no more of it. */
const bookkeeping = 10_000;

/**
 * Watches the release until it is ready. Ends early only for what no patience heals.
 *
 * The time-out counts watching in which nothing advances, not waiting for a worker: an attempt goes on where the one
 * before was killed.
 */
export async function awaitReady(
  { kubernetes: { rest }, ticks }: ResolvedDependencies,
  { namespace, release, timeout, objects }: AwaitReadyInput,
  { signal, previous, tell }: Attempt,
): Promise<BecameReady> {
  const progress = new PodProgress(rest, signal, { timeout, ticks, previous });
  const { deadline } = progress;
  const detector = new FailureDetector();
  const replaced = new Set<string>();
  const at = { namespace, release };
  const others = new OtherObjectsReady(rest, at, objects);
  const observer = await observeNamespace(rest, namespace, signal);
  try {
    for (;;) {
      const { version } = observer;
      const view = observer.view();
      const seen = assess(view, release);
      let unready: Finding[] = [];
      if (seen.ready) {
        const manifest = await manifestIfSeen(rest, at, view, signal);
        if (manifest === undefined) {
          await observer.changed(version, catchUp);
          continue;
        }
        unready = await others.unready(manifest, signal);
        if (unready.length === 0) return { pods: seen.waitingFor };
      }
      const findings = [...unready, ...(await lookFurther(rest, seen.findings, signal))];
      const assessment = { ...seen, findings };
      await replaceStuck(rest, assessment.stuck, replaced, signal);
      const now = ticks();
      detector.update(assessment.findings, now);
      const found = detector.conclusive(now);
      if (found && (await manifestIfSeen(rest, at, view, signal)) !== undefined)
        throw nonRetryable(await withLog(rest, namespace, found, signal));
      const said = unready.map(({ cause }) => cause.message);
      await progress.look({ pods: seen.pods, unfinished: seen.unready, events: view.events, said });
      if (deadline.isOver) {
        const about = { namespace, release, waited: deadline.described };
        throw nonRetryable(await timeoutCause(rest, assessment, about, signal));
      }
      tell({ detail: detailOf(assessment), ...deadline.used });
      const patience = found ? catchUp : detector.due(now);
      const pause = Math.min(deadline.left, patience, bookkeeping);
      await (unready.length > 0 ? others.changed(pause) : observer.changed(version, pause));
    }
  } finally {
    others.close();
    observer.close();
  }
}

/** What it waits for, and the first thing that looks wrong. */
function detailOf({ waitingFor, findings }: Assessment): string {
  const [finding] = findings;
  return finding
    ? `${waitingFor}; ${finding.cause.where ?? ''}: ${finding.cause.message}`.slice(0, 300)
    : waitingFor;
}

/**
 * Deletes broken pods of an earlier revision. A StatefulSet updates pod by pod and waits for each to become ready,
 * so one that a corrected revision should heal would block the correction for ever (kubernetes/kubernetes#67250).
 */
async function replaceStuck(
  rest: Rest,
  pods: readonly Pod[],
  replaced: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  for (const { metadata } of pods) {
    if (metadata.deletionTimestamp !== undefined || replaced.has(metadata.uid ?? '')) continue;
    replaced.add(metadata.uid ?? '');
    await rest.deleteIfThere(
      `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`,
      metadata.uid,
      signal,
    );
  }
}

/** The cause with the last lines of the container's log, where it has one, and with what they tell to do. */
export async function withLog(
  rest: Rest,
  namespace: string,
  { cause, logs }: Finding,
  signal: AbortSignal,
): Promise<Cause> {
  if (!logs) return cause;
  const details = await lastLogLines(rest, { namespace, ...logs, lines: logLines, signal });
  if (details.length === 0) return cause;
  const next = hintOf(details);
  return { ...cause, ...(next === undefined ? {} : { next }), details };
}

/** The cause with what the first container of a pod said last. */
export async function withLogOf(
  rest: Rest,
  pod: Pod,
  namespace: string,
  cause: Cause,
  signal: AbortSignal,
): Promise<Cause> {
  return await withLog(rest, namespace, { cause, gracePeriod: 0, ...defined({ logs: logsOf(pod) }) }, signal);
}

async function timeoutCause(
  rest: Rest,
  assessment: Assessment,
  {
    namespace,
    release,
    waited,
  }: Pick<AwaitReadyInput, 'namespace' | 'release'> & { readonly waited: string },
  signal: AbortSignal,
): Promise<Cause> {
  const cause = notReadyCause(assessment, release, namespace, waited);
  const [pod] = assessment.unready;
  return pod ? await withLogOf(rest, pod, namespace, cause, signal) : cause;
}
