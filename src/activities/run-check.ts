/** @module */
import { log } from '@temporalio/activity';
import { HelmError } from '../helm/errors.js';
import { diagnosePod } from '../kubernetes/diagnose/pods.js';
import { type Suspect, Suspicion } from '../kubernetes/diagnose/suspect.js';
import { lastLogLines, rawLog } from '../kubernetes/logs.js';
import { type ClusterEvent, type Pod, nameOf } from '../kubernetes/objects.js';
import { Observer } from '../kubernetes/watch.js';
import type { Cause, ProvenCheck } from '../stack/operation-types.js';
import type { Attempt } from './attempt.js';
import { withLog } from './await-ready.js';
import type { RunCheckInput } from './contract.js';
import type { ResolvedDependencies } from './dependencies.js';
import { factsOf } from './facts.js';
import { passing, terminal } from './failures.js';

/** Log lines that a cause carries. */
const logLines = 20;

/** Log lines among which the facts are looked for. */
const factLines = 50;

/** Milliseconds for removing the pods of a check that was cancelled. */
const cleanupTimeout = 15_000;

/** Runs the check's hook pods by `helm test`, and reads from their logs what was proven, or why not. */
export async function runCheck(
  dependencies: ResolvedDependencies,
  input: RunCheckInput,
  attempt: Attempt,
): Promise<ProvenCheck> {
  const { clock, kubernetes } = dependencies;
  const { namespace, check } = input;
  const started = clock();
  attempt.tell({ detail: `check ${check.name}: ${check.proves}` });
  try {
    await runHooks(dependencies, input, attempt);
    const pod = check.pods.at(-1) ?? '';
    const text = await rawLog(kubernetes.rest, { namespace, pod, lines: factLines, signal: attempt.signal });
    return {
      name: check.name,
      proves: check.proves,
      facts: readFacts(text, input),
      milliseconds: clock() - started,
    };
  } finally {
    await removeHooks(dependencies, input);
  }
}

/** @throws ApplicationFailure with what the pods said; HelmError, KubernetesError; the signal's reason */
async function runHooks(
  dependencies: ResolvedDependencies,
  input: RunCheckInput,
  { signal }: Attempt,
): Promise<void> {
  const { helm } = dependencies;
  const { release, namespace, check, timeout } = input;
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  const observer = await observeHooks(dependencies, namespace, inner);
  const watching = watchHooks(dependencies, observer, input).catch((error: unknown) => {
    stop.abort(error);
    throw error;
  });
  const testing = helm.test({ release, namespace, hooks: check.pods, timeout, signal: inner });
  try {
    await Promise.race([testing, watching]);
  } catch (error) {
    signal.throwIfAborted();
    stop.abort(error);
    // Helm must have ended before its pods are taken away, and its own view of the failure says less than the pods.
    await testing.catch((failure: unknown) => failure);
    throw error instanceof HelmError ? await explain(dependencies, input, error, signal) : error;
  } finally {
    stop.abort(new Error('the check has ended'));
    observer.close();
    await watching.catch(() => undefined);
  }
}

function observeHooks(
  { kubernetes: { rest } }: ResolvedDependencies,
  namespace: string,
  signal: AbortSignal,
) {
  return Observer.start(
    rest,
    {
      pods: { path: `/api/v1/namespaces/${namespace}/pods` },
      events: { path: `/api/v1/namespaces/${namespace}/events`, fieldSelector: 'involvedObject.kind=Pod' },
    },
    signal,
  );
}

/** Never returns: throws when a hook pod cannot ever run, or when the time is over. */
async function watchHooks(
  { kubernetes: { rest }, clock }: ResolvedDependencies,
  observer: Observer<'pods' | 'events'>,
  { namespace, check, timeout }: RunCheckInput,
): Promise<never> {
  const suspicion = new Suspicion();
  const end = clock() + timeout;
  for (;;) {
    const { version } = observer;
    const events = observer.list<ClusterEvent>('events');
    const pods = observer.list<Pod>('pods').filter(({ metadata }) => check.pods.includes(metadata.name));
    const now = clock();
    suspicion.update(
      pods.flatMap((pod) => diagnosePod(pod, events)),
      now,
    );
    const found = suspicion.terminal(now);
    const signal = AbortSignal.timeout(cleanupTimeout);
    if (found) throw terminal(await withLog(rest, namespace, found, signal));
    if (now >= end) {
      const cause = checkCause(
        'CheckTimeout',
        `the check ${check.name} did not end within ${Math.round(timeout / 1_000)} s`,
        check,
      );
      throw terminal(await withLog(rest, namespace, suspectOf(cause, pods.at(-1)), signal));
    }
    await observer.changed(version, Math.min(end - now, suspicion.due(now)));
  }
}

function suspectOf(cause: Cause, pod: Pod | undefined): Suspect {
  const container = pod?.spec?.containers?.[0]?.name;
  if (!pod || container === undefined) return { cause, grace: 0 };
  return {
    cause: { ...cause, where: nameOf('Pod', pod.metadata) },
    grace: 0,
    logs: { pod: pod.metadata.name, container, previous: false },
  };
}

function checkCause(type: string, message: string, { proves }: RunCheckInput['check']): Cause {
  return { type, message, next: `read its log lines: it should prove that ${proves}` };
}

/** Why `helm test` failed: by the pod that failed if one did, else as Helm says. */
async function explain(
  { kubernetes: { rest } }: ResolvedDependencies,
  { namespace, check }: RunCheckInput,
  error: HelmError,
  signal: AbortSignal,
): Promise<unknown> {
  for (const name of check.pods) {
    const pod = await rest
      .json<Pod>({ path: `/api/v1/namespaces/${namespace}/pods/${name}`, signal })
      .catch((): undefined => undefined);
    if (pod?.status?.phase !== 'Failed') continue;
    const details = await lastLogLines(rest, { namespace, pod: name, lines: logLines, signal });
    const reason =
      details.at(-1) ?? pod.status.message ?? pod.status.reason ?? 'its pod failed without a word';
    const cause = checkCause('CheckFailed', `the check ${check.name} failed: ${reason}`, check);
    return terminal({ ...cause, where: nameOf('Pod', pod.metadata), details });
  }
  if (error.kind === 'unknown' || error.kind === 'hook')
    return passing(checkCause('CheckFailed', error.message, check));
  return error;
}

function readFacts(text: string, { check, namespace }: RunCheckInput): ProvenCheck['facts'] {
  try {
    return factsOf(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw terminal({
      ...checkCause('CheckFailed', message, check),
      where: `Pod ${namespace}/${check.pods.at(-1)}`,
    });
  }
}

/** Removes the hook pods, also when the attempt was cancelled: so not by its signal. */
async function removeHooks(
  { kubernetes: { rest } }: ResolvedDependencies,
  { namespace, check }: RunCheckInput,
): Promise<void> {
  const signal = AbortSignal.timeout(cleanupTimeout);
  const removals = check.pods.map((name) =>
    rest.deleteIfThere(`/api/v1/namespaces/${namespace}/pods/${name}`, undefined, signal),
  );
  for (const result of await Promise.allSettled(removals)) {
    // The next run of the check, or the removal of the component, takes them away: no reason to hide the check's own end.
    if (result.status === 'rejected')
      log.warn('a pod of the check could not be removed', {
        check: check.name,
        error: String(result.reason),
      });
  }
}
