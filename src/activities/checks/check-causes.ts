/**
 * Why a check's pod did not pass.
 *
 * @module
 */
import { hintOf } from '../../kubernetes/diagnose/log-hints.js';
import { whyUnstarted } from '../../kubernetes/diagnose/unstarted.js';
import { lastLogLines } from '../../kubernetes/api/logs.js';
import { type Pod, nameOf } from '../../kubernetes/api/objects.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import type { Cause } from '../../stack/operation/operation-types.js';
import { interruptedType, untriedType } from '../../stack/operation/phases.js';
import { shorten } from '../../util/shorten.js';
import { logLines, withLogOf } from '../ready/await-ready.js';
import type { RunCheckInput } from '../contract.js';

/** What a check exits with if it could not be tried for want of room; `EX_TEMPFAIL` of sysexits.h. */
const noRoomExitCode = 75;

/** A check and how to ask about its pods. */
export interface CheckedPod extends Pick<RunCheckInput, 'namespace' | 'check'> {
  readonly rest: Rest;
  readonly signal: AbortSignal;
}

/**
 * Why a pod that ended says nothing about what it was to check; undefined if it does. One that the node or a controller
 * ended has a reason (`Evicted`, `Preempting`, `NodeLost` …), one that ended by itself has none.
 */
export async function untriedCause(run: CheckedPod, pod: Pod): Promise<Cause | undefined> {
  const { metadata, status } = pod;
  const { reason, message } = status ?? {};
  const where = nameOf('Pod', metadata);
  if (reason !== undefined && reason !== 'DeadlineExceeded')
    return {
      type: interruptedType,
      message: `the check ${run.check.name} was interrupted, because its pod was taken away: ${reason}${message === undefined ? '' : `, ${message}`}`,
      where,
      next: 'make sure that the nodes have room for its pods; bigdata tries again',
    };
  const exits = status?.containerStatuses?.map(({ state }) => state?.terminated?.exitCode) ?? [];
  if (!exits.includes(noRoomExitCode)) return undefined;
  const said = await lastLines(run, pod);
  return {
    ...noRoomCause(run.check, { message: said.at(-1) ?? 'it does not say what for', where }),
    details: said,
  };
}

/** There was no room to try the check, which says nothing about what it was to prove. */
export function noRoomCause(
  { name }: RunCheckInput['check'],
  { message, where }: Pick<Cause, 'message' | 'where'>,
): Cause {
  return {
    type: untriedType,
    message: `the check ${name} could not run, because there is no room: ${message}`,
    ...(where === undefined ? {} : { where }),
    next: 'wait for free capacity, or add some; bigdata tries again',
  };
}

/** Why a check that ended by itself did not pass. */
export async function failedCause(run: CheckedPod, pod: Pod): Promise<Cause> {
  const { check } = run;
  const { metadata, status } = pod;
  const where = nameOf('Pod', metadata);
  const ended = status?.containerStatuses?.map(({ state }) => state?.terminated) ?? [];
  const unstarted = ended.find(
    (each) => each?.reason === 'StartError' || each?.reason === 'ContainerCannotRun',
  );
  if (unstarted)
    return {
      type: 'ContainerStart',
      message: `the check ${check.name} cannot start: ${unstarted.message ?? unstarted.reason}`,
      where,
      next: 'correct the command or the mounts of its pod in the chart',
    };
  const details = await lastLines(run, pod);
  if (ended.some((each) => each?.reason === 'OOMKilled'))
    return {
      type: 'OutOfMemory',
      message: `the check ${check.name} took more memory than its pod's limit`,
      where,
      details,
      next: 'raise the memory limit of its pod in the chart, or lower its heap',
    };
  const code = ended.find((each) => (each?.exitCode ?? 0) !== 0)?.exitCode;
  const exit = code === undefined ? '' : ` (exit ${code})`;
  const reason = reasonIn(details) ?? status?.message ?? status?.reason ?? 'its pod failed without a word';
  const message = `the check ${check.name} failed${exit}: ${reason}`;
  const next = hintOf(details) ?? nextFor(check);
  return { type: 'CheckFailed', message, where, details, next };
}

/** What a check said last: from the line on that begins with `FAILED: `, for exceptions may have several lines. */
function reasonIn(lines: readonly string[]): string | undefined {
  const begin = lines.findLastIndex((line) => line.startsWith('FAILED: '));
  if (begin === -1) return lines.at(-1);
  const said = lines.slice(begin).map((line) => line.trim());
  return shorten(said.filter((line) => line !== '').join(' '), longestReason);
}

/** Characters. */
const longestReason = 600;

/**
 * Of a check that did not end, and did not advance any more. One that says what it waits for says that it fails; of another one
 * nobody knows.
 *
 * @param limit - for how long, in words
 */
export async function timeoutCause(
  { rest, namespace, check, signal }: CheckedPod,
  pod: Pod | undefined,
  limit: string,
): Promise<Cause> {
  const { why, next = nextFor(check) } = (pod && whyUnstarted(pod)) ?? {};
  const message = `the check ${check.name} did not end within ${limit}${why === undefined ? '' : `: ${why}`}`;
  const cause: Cause = { type: 'CheckTimeout', message, next };
  if (!pod) return cause;
  const told = await withLogOf(
    rest,
    pod,
    namespace,
    { ...cause, where: nameOf('Pod', pod.metadata) },
    signal,
  );
  const missing = told.details?.at(-1)?.match(waiting)?.[1];
  return missing === undefined
    ? told
    : {
        ...told,
        type: 'CheckFailed',
        message: shorten(`the check ${check.name} failed after ${limit}: ${missing}`, longestReason),
      };
}

/** How a check says what it waits for: in its last line. */
const waiting = /^not yet: (.+)/;

async function lastLines(
  { rest, namespace, signal }: CheckedPod,
  { metadata }: Pod,
): Promise<readonly string[]> {
  return await lastLogLines(rest, { namespace, pod: metadata.name, lines: logLines, signal });
}

function nextFor({ proves }: RunCheckInput['check']): string {
  return `read its log lines; it should show: ${proves}`;
}
