/** @module */
import { Context } from '@temporalio/activity';
import { Label, type Release, digestLabel, listReleases } from '../../kubernetes/releases/releases.js';
import { unlessAbsent } from '../../kubernetes/api/errors.js';
import { documentsOf, readManifest } from '../../kubernetes/releases/release-contents.js';
import { writeRemoval } from '../../kubernetes/record/removals.js';
import { longest } from '../../stack/operation/progress-limit.js';
import { removalOf } from '../../stack/plan/unlisted.js';
import { defined } from '../../util/defined.js';
import type { Attempt } from '../attempt.js';
import type { Applied, ApplyInput, StackReference } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { type ReleaseLock, withReleaseLock } from '../release-lock/release-lock.js';
import { makeWayForUpgrade } from './claim-sizes.js';
import { listClaims } from './claims.js';
import { finishRevision, madeSoFar } from './left-by-failures.js';
import { recoverRelease, settleRelease } from './recover-release.js';
import { refuseDataLoss } from './refuse-data-loss.js';
import { refuseChangedChart } from './planned-digest.js';
import { secretReaders } from './restart-for-secrets.js';
import { onceKindsAreServed } from './served-kinds.js';
import { whileHooksAreWatched } from './watch-hooks.js';

/** Makes the release what the plan says. */
export async function applyComponent(
  dependencies: ResolvedDependencies,
  input: ApplyInput,
  attempt: Attempt,
): Promise<Applied> {
  const { stack, namespace, component } = input;
  const { rest } = dependencies.kubernetes;
  const { release } = component;
  refuseChangedChart(component);
  const [found] = await listReleases(rest, namespace, { name: release, signal: attempt.signal });
  refuseForeign(found, input);
  return await withReleaseLock(dependencies, { stack, namespace, release }, attempt, (lock) =>
    applyLocked(dependencies, input, lock),
  );
}

async function applyLocked(
  dependencies: ResolvedDependencies,
  input: ApplyInput,
  lock: ReleaseLock,
): Promise<Applied> {
  const { stack, namespace, component, adopt = false } = input;
  const { helm, kubernetes } = dependencies;
  const { release, chart, values, digest } = component;
  const { signal, tell } = lock.attempt;
  const settled = await settleRelease(dependencies, { namespace, release }, lock);
  // Whoever was waited for may have been another stack.
  refuseForeign(settled, input);
  const activity = activityLabel();
  const at = { namespace, release };
  if (settled) await refuseDataLoss(kubernetes.rest, namespace, settled, component, signal);
  const made = settled ? await madeSoFar(kubernetes.rest, at, signal) : [];
  if (settled?.status === 'deployed' && settled.activity === activity)
    return { revision: await finishRevision(dependencies, at, { made }, lock.attempt) };
  await lock.recordIntent('apply');
  const recovered = await recoverRelease(dependencies, { namespace, release: settled }, lock);
  tell({ detail: 'helm upgrade --install' });
  // Before the release, so that there is none of which it is not known how it is removed.
  const { name } = component;
  const removal = { stack, ...removalOf(component) };
  await writeRemoval(kubernetes.rest, { namespace, component: name }, removal, signal);
  const labels = {
    [Label.stack]: stack,
    [Label.digest]: digestLabel(digest),
    [Label.activity]: activity,
  };
  const { ready: timeout } = component.timeouts;
  const planned = async () => documentsOf(await helm.template({ release, namespace, chart, values, signal }));
  const hasClaims = await mayHaveClaims(dependencies, input, settled, signal);
  const readers = settled
    ? await secretReaders(kubernetes.rest, { namespace, secret: settled.secret }, signal)
    : new Map();
  const install = async () => {
    if (hasClaims)
      await makeWayForUpgrade(dependencies, { namespace, release, planned, timeout }, lock.attempt);
    await whileHooksAreWatched(dependencies, { namespace, release, timeout }, lock.attempt, (until) =>
      helm.upgradeInstall({
        release,
        namespace,
        chart,
        values,
        labels,
        timeout: longest(timeout),
        adopt,
        ...(lock.call ? { lock: lock.call } : {}),
        signal: until,
      }),
    );
  };
  const told = { signal, tell: (detail: string) => tell({ detail }) };
  await onceKindsAreServed(kubernetes.rest, install, told);
  const revision = await finishRevision(dependencies, at, { made, readers }, lock.attempt);
  return { revision, ...(recovered === undefined ? {} : { recovered }) };
}

/** Whether there may be claims of a StatefulSet: of one that is installed, or kept from before. */
async function mayHaveClaims(
  dependencies: ResolvedDependencies,
  { namespace, component }: ApplyInput,
  settled: Release | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { rest } = dependencies.kubernetes;
  const { claims } = component.data;
  if (!settled)
    return (await listClaims(dependencies, { namespace, ...defined({ claims }) }, signal)).length > 0;
  // A first install that was recovered has none any more.
  const manifest = await unlessAbsent(() => readManifest(rest, namespace, settled.secret, signal));
  return /^ *volumeClaimTemplates:/m.test(manifest ?? '');
}

/** The same in all attempts: one that died after Helm had ended has done what the next would do again. */
function activityLabel(): string {
  const { workflowExecution, activityId } = Context.current().info;
  return `${workflowExecution?.runId ?? 'none'}.${activityId}`.slice(0, 63);
}

/** @throws ApplicationFailure, non-retryable, if the release belongs to somebody else, and is not to be taken over */
export function refuseForeign(
  release: Release | undefined,
  { stack, namespace, adopt = false }: StackReference & { readonly adopt?: boolean },
): void {
  if (!release || release.stack === stack) return;
  const isNobodys = release.stack === undefined;
  if (adopt && isNobodys) return;
  throw nonRetryable({
    type: 'ForeignRelease',
    message: isNobodys
      ? `a release ${release.name} is there that this program did not install`
      : `the release ${release.name} belongs to the stack ${release.stack}`,
    where: `release ${namespace}/${release.name}`,
    next: isNobodys
      ? 'take it over by `bigdata up --adopt`, which shows first how it changes; or uninstall it, or give this stack another namespace'
      : 'uninstall that release, or give this stack another namespace in its stack file',
  });
}
