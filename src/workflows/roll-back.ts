/**
 * Going back to what was proven of a component.
 *
 * @module
 */
import { TemporalFailure, isCancellation } from '@temporalio/workflow';
import type { Inspection, ProvenBefore, RolledBack } from '../activities/contract.js';
import type { Cause, ProvenCheck } from '../stack/operation/operation-types.js';
import type { PlannedSentinel } from '../stack/plan/plan-types.js';
import { applying, shortActivities } from './activities.js';
import { type ComponentInput, readyReferenceOf, releaseOf } from './component-input.js';
import type { ComponentProgress } from './component-progress.js';
import { causeOf, failureOf } from './failures.js';
import { awaitReady, runCheck } from './prove.js';
import { readSentinel, removeSentinel } from './sentinel.js';

/** Log lines of each of two causes that become one. */
const linesOfEach = 10;

/** What there is to go back to: what was proven, if that is something else than what is planned. */
export function provenBefore(found: Inspection, { component }: ComponentInput): ProvenBefore | undefined {
  const before = 'before' in found ? found.before : undefined;
  return before?.digest === component.digest ? undefined : before;
}

/**
 * Installs what was proven before, and proves it again.
 *
 * @param cause why what was planned has failed
 * @param written the sentinel of which there are records
 * @throws ApplicationFailure `RollbackFailed` with both causes; CancelledFailure
 */
export async function rollBack(
  progress: ComponentProgress,
  input: ComponentInput,
  before: ProvenBefore,
  { cause, written }: { readonly cause: Cause; readonly written: PlannedSentinel | undefined },
): Promise<void> {
  const { digest, version } = before;
  const sentinel = written && (before.hooks?.sentinel ?? written);
  progress.enter('rolling-back', `to revision ${before.revision}, because ${cause.message}`);
  try {
    const { revision } = await rollBackRelease(input, before);
    const checks = await proveAgain(progress, input, before, sentinel);
    const { component } = input;
    await shortActivities(`record the proof of ${component.name}`).recordProof({
      ...readyReferenceOf(input),
      digest,
      // What it needs is proven as planned: the old component on the new dependencies.
      ...(component.dependenciesDigest === undefined
        ? {}
        : { dependenciesDigest: component.dependenciesDigest }),
      version,
      checks,
      installed: true,
      ...(before.hooks ? { hooks: before.hooks } : {}),
      rolledBack: {
        digest: component.digest,
        version: component.version,
        why: `${cause.type}: ${cause.message}`,
      },
    });
    if (sentinel) await removeSentinel(progress, input, sentinel);
    const detail = `what was proven before is installed and proven again (version ${version}, revision ${revision})`;
    progress.endRolledBack(cause, checks, detail);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    throw failureOf(bothCauses(cause, causeOf(error)));
  }
}

/** Makes the release of a component what was proven as a revision of it. @returns the newest revision then */
export async function rollBackRelease(
  input: ComponentInput,
  { digest, revision }: Pick<ProvenBefore, 'digest' | 'revision'>,
): Promise<RolledBack> {
  const { name, timeouts, data } = input.component;
  const at = { ...releaseOf(input), digest, revision, timeout: timeouts.ready, data };
  return await applying(timeouts.ready, `helm rollback ${name}`).rollBackComponent(at);
}

/** As it was proven before; what proves it is part of the release that is there again. */
async function proveAgain(
  progress: ComponentProgress,
  input: ComponentInput,
  { hooks = input.component }: ProvenBefore,
  sentinel: PlannedSentinel | undefined,
): Promise<ProvenCheck[]> {
  progress.tell('readiness of what was proven before');
  await awaitReady(input, `wait until ${input.component.name} is ready again`);
  const proven: ProvenCheck[] = [];
  for (const check of hooks.checks) {
    progress.tell(check.name);
    proven.push(await runCheck(input, check));
  }
  return sentinel ? [...proven, await readSentinel(progress, input, sentinel)] : proven;
}

function bothCauses(failure: Cause, rollback: Cause): Cause {
  const { where = failure.where, next } = rollback;
  const details = [failure, rollback].flatMap((each) => each.details?.slice(-linesOfEach) ?? []);
  return {
    type: 'RollbackFailed',
    message: `${failure.message}; the rollback failed too: ${rollback.message}`,
    ...(where === undefined ? {} : { where }),
    ...(details.length === 0 ? {} : { details }),
    ...(next === undefined ? {} : { next }),
  };
}
