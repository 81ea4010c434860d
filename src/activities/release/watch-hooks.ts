/**
 * Watching a chart's hooks while Helm waits for them, which says nothing until it gives up.
 *
 * @module
 */
import { log } from '@temporalio/activity';
import { HelmError } from '../../helm/errors.js';
import { hookFailed, hookPods } from '../../kubernetes/diagnose/hooks.js';
import { FailureDetector } from '../../kubernetes/diagnose/failure-detector.js';
import { whyUnstarted } from '../../kubernetes/diagnose/unstarted.js';
import { observeNamespace } from '../../kubernetes/releases/namespace-view.js';
import type { Pod } from '../../kubernetes/api/objects.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import type { Cause } from '../../stack/operation/operation-types.js';
import type { Attempt } from '../attempt.js';
import { withLog, withLogOf } from '../ready/await-ready.js';
import type { ReleaseReference } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { lookFurther } from '../ready/look-further.js';
import { PodProgress } from '../ready/pod-progress.js';

/** Milliseconds for which Helm is left alone: without hooks it has ended by then, as a rule. */
const headStart = 2_000;

/**
 * Milliseconds between looks. Not at each change: of hundreds of releases that are applied at the same time, each would look at
 * what happens to all others.
 */
const lookInterval = 1_000;

export interface HooksWatched extends Pick<ReleaseReference, 'namespace' | 'release'> {
  /** Milliseconds for which nothing may advance. */
  readonly timeout: number;
}

/**
 * Lets Helm work, and stops it once a hook can only fail, or does not advance any more.
 *
 * @param work - calls Helm, which ends when the signal is aborted
 * @throws ApplicationFailure, non-retryable, with what is wrong with a hook and its log; whatever the work throws
 */
export async function whileHooksAreWatched(
  dependencies: ResolvedDependencies,
  watched: HooksWatched,
  attempt: Attempt,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { rest } = dependencies.kubernetes;
  const since = rest.serverTime();
  const halt = new AbortController();
  const done = new AbortController();
  const working = work(AbortSignal.any([attempt.signal, halt.signal])).finally(() => done.abort());
  const watching = watch(dependencies, watched, { ...attempt, since, done: done.signal }).catch(unseen);
  // Of the two, whichever ends first has the word; the other follows at once.
  const found = await Promise.race([watching, working.then(noCause, noCause)]);
  if (found !== undefined) halt.abort();
  try {
    await working;
  } catch (error) {
    attempt.signal.throwIfAborted();
    if (found !== undefined) throw nonRetryable(found);
    if (!(error instanceof HelmError) || error.kind !== 'hook') throw error;
    throw nonRetryable(await explained(rest, watched, since, error, attempt.signal));
  } finally {
    await watching;
  }
}

/** Helm's own word must do where its hooks cannot be seen. */
function unseen(error: unknown): undefined {
  log.warn('the hooks of a chart could not be watched', { error: String(error) });
}

function noCause(): undefined {
  return undefined;
}

interface Watching extends Attempt {
  readonly since: number;
  /** Aborted when Helm has ended. */
  readonly done: AbortSignal;
}

/** Watches until Helm has ended, or a hook can only fail; then it gives the cause. */
async function watch(
  { kubernetes: { rest }, ticks }: ResolvedDependencies,
  { namespace, release, timeout }: HooksWatched,
  { since, done, signal, tell }: Watching,
): Promise<Cause | undefined> {
  await aborted(done, headStart);
  if (done.aborted) return undefined;
  const detector = new FailureDetector();
  const progress = new PodProgress(rest, signal, { timeout, ticks });
  const observer = await observeNamespace(rest, namespace, signal);
  try {
    while (!done.aborted) {
      const view = observer.view();
      const { pods, findings } = hookPods(view, release, since);
      const unfinished = pods.filter(({ status }) => status?.phase !== 'Succeeded');
      // Between hooks, Helm is at something else.
      if (unfinished.length === 0) progress.deadline.advanced();
      const now = ticks();
      detector.update(await lookFurther(rest, [...findings], signal), now);
      const found = detector.conclusive(now);
      if (found) return inItsWords(await withLog(rest, namespace, found, signal));
      await progress.look({ pods, unfinished, events: view.events });
      const [pod] = unfinished;
      if (pod && progress.deadline.isOver) return await timeoutCause(rest, namespace, pod, progress, signal);
      if (pod) tell({ detail: `hook ${pod.metadata.name} ${pod.status?.phase?.toLowerCase() ?? 'starts'}` });
      await aborted(done, Math.min(progress.deadline.left, detector.due(now), lookInterval));
    }
    return undefined;
  } finally {
    observer.close();
  }
}

async function timeoutCause(
  rest: Rest,
  namespace: string,
  pod: Pod,
  { deadline }: PodProgress,
  signal: AbortSignal,
): Promise<Cause> {
  const { why, next } = whyUnstarted(pod) ?? {};
  const cause: Cause = {
    ...hookFailed(pod),
    type: 'HookTimeout',
    message: `the hook’s pod ${pod.metadata.name} did not end within ${deadline.described}${why === undefined ? '' : `: ${why}`}`,
    next:
      next ??
      'read in its log what it waits for; `timeouts.ready` of the component limits how long it may make no progress',
  };
  return await withLogOf(rest, pod, namespace, cause, signal);
}

/** Helm's word that a hook failed, with what the hook's own pod said, if it is there still. */
async function explained(
  rest: Rest,
  { namespace, release }: HooksWatched,
  since: number,
  { message, lines }: HelmError,
  signal: AbortSignal,
): Promise<Cause> {
  const observer = await observeNamespace(rest, namespace, signal);
  try {
    const { pods } = hookPods(observer.view(), release, since);
    const failed = pods.findLast(({ status }) => status?.phase === 'Failed');
    const next = 'read the log of the hook’s pods and correct the values';
    if (failed === undefined)
      return { type: 'HookFailed', message, where: `release ${namespace}/${release}`, next, details: lines };
    const cause = await withLogOf(rest, failed, namespace, hookFailed(failed), signal);
    return cause.details === undefined ? { ...cause, details: lines } : inItsWords(cause);
  } finally {
    observer.close();
  }
}

/** The cause with the last thing that the failed hook said. */
function inItsWords(cause: Cause): Cause {
  const said = cause.details?.at(-1);
  return cause.type !== 'HookFailed' || said === undefined
    ? cause
    : { ...cause, message: `${cause.message}: ${said}` };
}

/** Waits until a signal is aborted, or the time is over. */
async function aborted(signal: AbortSignal, milliseconds?: number): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = milliseconds === undefined ? undefined : setTimeout(finish, milliseconds);
    signal.addEventListener('abort', finish, { once: true });
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    }
  });
}
