/** @module */
import { type Release, listReleases } from '../../kubernetes/releases/releases.js';
import { forgetComponent } from '../../kubernetes/record/removals.js';
import type { Attempt } from '../attempt.js';
import { deleteData, listClaims, markClaims } from './claims.js';
import type { RemoveComponentInput, Removed } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { type ReleaseLock, withReleaseLock } from '../release-lock/release-lock.js';
import { settleRelease } from './recover-release.js';
import { releaseObjects } from './release-objects.js';
import { finishRemoval, removeRelease } from './remove-release.js';

/** Removes the release if it is ours, waits until its objects and pods are gone, then its data if told to. */
export async function removeComponent(
  dependencies: ResolvedDependencies,
  input: RemoveComponentInput,
  attempt: Attempt,
): Promise<Removed> {
  const { stack, namespace, release } = input;
  const { rest } = dependencies.kubernetes;
  const [found] = await listReleases(rest, namespace, { name: release, signal: attempt.signal });
  if (isForeign(found, stack)) return nothingRemoved;
  return await withReleaseLock(dependencies, input, keepingHeartbeat(attempt), (lock) =>
    removeLocked(dependencies, input, lock),
  );
}

const nothingRemoved: Removed = { wasInstalled: false, claimsKept: 0, claimsDeleted: 0 };

function isForeign(release: Release | undefined, stack: string): boolean {
  return release !== undefined && release.stack !== stack;
}

async function removeLocked(
  dependencies: ResolvedDependencies,
  input: RemoveComponentInput,
  lock: ReleaseLock,
): Promise<Removed> {
  const { stack, namespace, release, component, timeout, operation } = input;
  const { rest } = dependencies.kubernetes;
  const { signal, previous, tell } = lock.attempt;
  const found = await settleRelease(dependencies, input, lock);
  if (isForeign(found, stack)) return nothingRemoved;
  // An attempt before may have been killed between Helm's end and the last object's.
  const interrupted = previous.removing === true || lock.predecessor?.intent === 'remove';
  await lock.recordIntent('remove');
  let notes: readonly string[] = [];
  if (found) {
    tell({ detail: 'helm uninstall', removing: true });
    const attempt = keepingHeartbeat({ ...lock.attempt, previous: { removing: true } });
    await markClaims(dependencies, await listClaims(dependencies, input, signal), input, signal);
    const at = { namespace, release, operation, secret: found.secret };
    notes = await removeRelease(dependencies, at, { ...lock, attempt, timeout });
  } else {
    const objects = await releaseObjects(dependencies, { namespace, release }, signal);
    // Without a removal that began, only what goes already is waited for.
    const going = objects.filter(({ metadata }) => interrupted || metadata.deletionTimestamp !== undefined);
    await finishRemoval(dependencies, { namespace, release }, going, { attempt: lock.attempt, timeout });
  }
  const claimsDeleted = input.deleteData ? await deleteData(dependencies, input, lock.attempt) : 0;
  await forgetComponent(rest, namespace, component, signal);
  const claimsKept = (await listClaims(dependencies, input, signal)).length;
  return {
    wasInstalled: found !== undefined || interrupted,
    claimsKept,
    claimsDeleted,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** Says in every heartbeat that the removal has begun, if it has. */
function keepingHeartbeat(attempt: Attempt): Attempt {
  const { previous, tell } = attempt;
  return previous.removing === true
    ? { ...attempt, tell: (beat) => tell({ ...beat, removing: true }) }
    : attempt;
}
