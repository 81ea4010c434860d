/** @module */
import { type ApplicationFailure, TemporalFailure, isCancellation, patched } from '@temporalio/workflow';
import type { Inspection } from '../activities/contract.js';
import type { ComponentState, ProvenCheck } from '../stack/operation/operation-types.js';
import { provenPhase } from '../stack/operation/phases.js';
import { removalOf } from '../stack/plan/unlisted.js';
import { shortActivities } from './activities.js';
import { changedRevision } from './changed-revision.js';
import {
  type VerifyComponentInput,
  hooksOf,
  identityOf,
  readyReferenceOf,
  releaseOf,
} from './component-input.js';
import { runComponent } from './component-progress.js';
import { causeOf, failureOf } from './failures.js';
import { awaitReady, runCheck } from './prove.js';

/** Proves one installed component anew, without changing it. */
export async function verifyComponent(input: VerifyComponentInput): Promise<ComponentState> {
  const { name, version, checks } = input.component;
  const release = releaseOf(input);
  const identity = identityOf(input.component);

  return runComponent(name, 'inspecting', async (progress) => {
    const found = await shortActivities(`look at ${name}`).inspectComponent({ ...release, ...identity });
    refuseUnverifiable(input, found);

    progress.enter('readying');
    await awaitReady(input, `see that ${name} is ready`);

    const due = checks.filter(({ disruptive }) => input.disruptive || !disruptive);
    for (const check of due) {
      progress.enter('checking', check.name);
      try {
        progress.prove(await runCheck(input, check));
      } catch (error) {
        // What was proven once is refuted: the next install must not rest on it. A check that could not be run refutes nothing.
        if (isRefuted(error)) await shortActivities(`forget the proof of ${name}`).forgetProof(release);
        throw error;
      }
    }

    // What another hand made of it may work, and is not what was proven: it is told, and never adopted.
    if (found.state === 'same-unproven' && found.drifted) throw drifted(name, found.missing, due.length > 0);

    const proven = progress.state.checks;
    const known = found.state === 'same-proven' ? keepOthers(found.checks, proven) : proven;
    const isWhole = checks.every((check) => known.some((each) => each.name === check.name));
    if (isWhole)
      await shortActivities(`record the proof of ${name}`).recordProof({
        ...readyReferenceOf(input),
        ...identity,
        version,
        checks: known,
        hooks: hooksOf(input.component),
        removal: removalOf(input.component),
      });
    progress.end(provenPhase(checks));
  });
}

function drifted(name: string, missing: string, isChecked: boolean): ApplicationFailure {
  const but = isChecked ? 'passes its checks, but ' : '';
  return failureOf({
    type: 'Drift',
    message: `${name} ${but}was changed since it was proven; it lacks ${missing}`,
    next: 'run `bigdata up`, which restores the plan and proves it',
  });
}

/** True if a check ran to its end and says that the component does not work. */
function isRefuted(error: unknown): boolean {
  if (isCancellation(error)) return false;
  // Before, whatever kept a check from passing counted.
  if (!patched('refuted')) return true;
  return error instanceof TemporalFailure && causeOf(error).type === 'CheckFailed';
}

/** Checks that were left out this time keep what they proved before. */
function keepOthers(before: readonly ProvenCheck[], now: readonly ProvenCheck[]): ProvenCheck[] {
  const others = before.filter(({ name }) => !now.some((each) => each.name === name));
  return [...others, ...now];
}

/** @throws ApplicationFailure if what is installed is not what is planned */
function refuseUnverifiable({ component: { name, digest } }: VerifyComponentInput, found: Inspection): void {
  const next = 'run `bigdata up`, which installs what is planned';
  switch (found.state) {
    case 'absent':
      throw failureOf({ type: 'NotInstalled', message: `${name} is not installed`, next });
    case 'foreign':
      throw failureOf({
        type: 'ForeignRelease',
        message: `the release ${name} belongs to somebody else`,
        next: 'give this stack another namespace',
      });
    case 'pending':
      throw failureOf({
        type: 'ReleasePending',
        message: `the release ${name} is being changed (${found.status})`,
        next,
      });
    case 'same-unproven': {
      if (found.gone)
        throw failureOf({ type: 'Drift', message: `${found.missing} of ${name} is gone`, next });
      const changed = changedRevision(found, digest);
      if (changed !== undefined)
        throw failureOf({
          type: 'Drift',
          message: `the release ${name} was changed since it was proven: ${changed}`,
          next: 'run `bigdata up`, which restores the plan and proves it',
        });
      return;
    }
    case 'different':
      throw failureOf({
        type: 'Drift',
        message: `what is installed of ${name} is not what the stack file says`,
        next,
      });
    default:
  }
}
