/** @module */
import { TemporalFailure, isCancellation, patched } from '@temporalio/workflow';
import type { Inspection } from '../activities/contract.js';
import type { ComponentState } from '../stack/operation/operation-types.js';
import { isUntried, provenPhase } from '../stack/operation/phases.js';
import type { PlannedSentinel } from '../stack/plan/plan-types.js';
import { removalOf } from '../stack/plan/unlisted.js';
import { applying, shortActivities } from './activities.js';
import { changedRevision } from './changed-revision.js';
import {
  type ComponentInput,
  type InstallComponentInput,
  hooksOf,
  identityOf,
  releaseOf,
  readyReferenceOf,
} from './component-input.js';
import { type ComponentProgress, runComponent } from './component-progress.js';
import { causeOf } from './failures.js';
import { awaitReady, runCheck } from './prove.js';
import { provenBefore, rollBack, rollBackRelease } from './roll-back.js';
import { readSentinel, writeSentinel } from './sentinel.js';

/**
 * Installs one component and proves it, with its data where it was there before; leaves one alone that is proven as
 * planned. One that fails becomes what was proven of it before, if that is wanted.
 */
export async function installComponent(input: InstallComponentInput): Promise<ComponentState> {
  const { component } = input;
  const { name, version, sentinel } = component;
  const release = releaseOf(input);
  const identity = identityOf(component);

  return runComponent(name, 'inspecting', async (progress) => {
    const found = await shortActivities(`look at ${name}`).inspectComponent({ ...release, ...identity });
    if (found.state === 'same-proven') {
      // An operation was cut off before its end.
      const left = found.sentinelWritten && patched('sentinel') ? sentinel : undefined;
      if (left) await readSentinel(progress, input, left);
      progress.end(provenPhase(found.checks), {
        unchanged: true,
        checks: found.checks,
        detail: `proven since ${found.provenAt}`,
        sentinelWritten: left !== undefined,
      });
      return;
    }

    const kept = input.keepDrift ? driftOf(found, identity.digest) : undefined;
    if (kept !== undefined) {
      await prove(progress, input);
      progress.note(`kept as somebody changed it, not as planned: ${kept}`);
      progress.end(provenPhase(component.checks));
      return;
    }

    const written = await writeSentinel(progress, input, 'before' in found ? found.before : undefined);
    try {
      await makeAndProve(progress, input, found, written);
    } catch (error) {
      const isFault = !(error instanceof TemporalFailure);
      if (!input.rollBack || isCancellation(error) || isFault) throw error;
      if (isUntried(causeOf(error))) {
        progress.note('not rolled back: nothing says that it does not work');
        throw error;
      }
      const before = provenBefore(found, input);
      if (before === undefined) {
        progress.note('not rolled back: no other revision was proven before');
        throw error;
      }
      await rollBack(progress, input, before, { cause: causeOf(error), written });
      return;
    }

    await shortActivities(`record the proof of ${name}`).recordProof({
      ...readyReferenceOf(input),
      ...identity,
      version,
      checks: progress.state.checks,
      hooks: hooksOf(component),
      installed: true,
      // How it is removed stays as the stack file said last.
      ...(input.back ? { rolledBack: input.back.from } : { removal: removalOf(component) }),
    });
    progress.end(provenPhase(component.checks), { sentinelWritten: written !== undefined });
  });
}

/** Makes the component what is planned, and proves that it works. */
async function makeAndProve(
  progress: ComponentProgress,
  input: InstallComponentInput,
  found: Inspection,
  written: PlannedSentinel | undefined,
): Promise<void> {
  const { stack, namespace, component, back } = input;
  const { name, digest, version } = component;

  if (back) {
    progress.enter('rolling-back', `to revision ${back.revision}, version ${version}`);
    await rollBackRelease(input, { digest, revision: back.revision });
  } else if (found.state !== 'dependencies-changed') {
    progress.enter('applying', whyApply(found));
    await applying(component.timeouts.ready, `helm upgrade --install ${name}`).applyComponent({
      stack,
      namespace,
      component,
      ...(input.adopt ? { adopt: true } : {}),
    });
  }

  await prove(progress, input);

  if (written) {
    progress.enter('checking');
    progress.prove(await readSentinel(progress, input, written));
  }
}

/** Proves that what is installed works. */
async function prove(progress: ComponentProgress, input: ComponentInput): Promise<void> {
  const { name, checks } = input.component;
  progress.enter('readying');
  await awaitReady(input, `wait until ${name} is ready`);
  for (const check of checks) {
    progress.enter('checking', check.name);
    progress.prove(await runCheck(input, check));
  }
}

/** What another hand changed of what was proven as planned; undefined if nobody did. What is gone must come back. */
function driftOf(found: Inspection, digest: string): string | undefined {
  if (found.state !== 'same-unproven' || found.gone) return undefined;
  return found.drifted ? `it lacks ${found.missing}` : changedRevision(found, digest);
}

function whyApply(found: Inspection): string {
  switch (found.state) {
    case 'same-unproven':
      return `installed as planned, but without ${found.missing}`;
    case 'pending':
      return `an earlier operation left it ${found.status}`;
    case 'different':
      return found.status === 'deployed'
        ? 'another plan is installed'
        : `the last change ended ${found.status}`;
    default:
      return found.state === 'absent' ? 'not installed' : '';
  }
}
