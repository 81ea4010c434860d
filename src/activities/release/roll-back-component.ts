/** @module */
import { digestLabel, listReleases, listRevisions } from '../../kubernetes/releases/releases.js';
import { refuseForeign } from './apply-component.js';
import type { Attempt } from '../attempt.js';
import type { RollBackInput, RolledBack } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { makeWayForRevision } from './claim-sizes.js';
import { finishRevision, madeSoFar } from './left-by-failures.js';
import { refuseDataLossOfRollback } from './refuse-data-loss.js';
import { whileHooksAreWatched } from './watch-hooks.js';
import { secretReaders } from './restart-for-secrets.js';
import { type ReleaseLock, withReleaseLock } from '../release-lock/release-lock.js';
import { settleRelease } from './recover-release.js';
import { longest } from '../../stack/operation/progress-limit.js';
import { provenRevision } from '../../kubernetes/record/proven-revision.js';

/** Milliseconds for a hook of which nothing is said: an operation may have begun before anything was. */
const unknownTimeout = 300_000;

/** Makes the release what was proven before, by Helm's rollback; leaves one alone that is that already. */
export async function rollBackComponent(
  dependencies: ResolvedDependencies,
  input: RollBackInput,
  attempt: Attempt,
): Promise<RolledBack> {
  const { namespace, release: name } = input;
  const { rest } = dependencies.kubernetes;
  const [found] = await listReleases(rest, namespace, { name, signal: attempt.signal });
  refuseForeign(found, input);
  return await withReleaseLock(dependencies, input, attempt, (lock) =>
    rollBackLocked(dependencies, input, lock),
  );
}

async function rollBackLocked(
  dependencies: ResolvedDependencies,
  input: RollBackInput,
  lock: ReleaseLock,
): Promise<RolledBack> {
  const { helm, kubernetes } = dependencies;
  const { namespace, release, digest } = input;
  const { signal, tell } = lock.attempt;
  const settled = await settleRelease(dependencies, input, lock);
  // Whoever was waited for may have been another stack.
  refuseForeign(settled, input);
  const at = { namespace, release };
  const made = await madeSoFar(kubernetes.rest, at, signal);
  if (settled?.status === 'deployed' && settled.digest === digestLabel(digest))
    return { revision: await finishRevision(dependencies, at, { made }, lock.attempt) };
  const revisions = await listRevisions(kubernetes.rest, namespace, release, signal);
  const target = provenRevision(revisions, input);
  if (target === undefined) {
    const known = revisions.map((each) => each.revision).join(', ');
    throw nonRetryable({
      type: 'RevisionGone',
      message: `Helm no longer has revision ${input.revision}, which was proven, nor an equal one (it has ${known === '' ? 'none' : known}); nothing was rolled back`,
      where: `release ${namespace}/${release}`,
      next: 'run `bigdata up` with the stack file that was proven',
    });
  }
  if (settled) await refuseDataLossOfRollback(kubernetes.rest, settled, target, input, signal);
  await lock.recordIntent('apply');
  const { revision } = target;
  tell({ detail: `helm rollback to revision ${revision}` });
  const { timeout = unknownTimeout } = input;
  await makeWayForRevision(
    dependencies,
    { namespace, release, secret: target.secret, timeout },
    lock.attempt,
  );
  const readers = settled
    ? await secretReaders(kubernetes.rest, { namespace, secret: settled.secret }, signal)
    : new Map();
  await whileHooksAreWatched(dependencies, { namespace, release, timeout }, lock.attempt, (until) =>
    helm.rollback({
      release,
      namespace,
      revision,
      timeout: longest(timeout),
      ...(lock.call ? { lock: lock.call } : {}),
      signal: until,
    }),
  );
  return { revision: await finishRevision(dependencies, at, { made, readers }, lock.attempt) };
}
