/** @module */
import { type Release, listReleases } from '../kubernetes/releases.js';
import { forgetComponent } from '../kubernetes/removals.js';
import type { Attempt } from './attempt.js';
import { deleteData, listClaims, markClaims } from './claims.js';
import type { RemoveComponentInput, Removed } from './contract.js';
import type { ResolvedDependencies } from './dependencies.js';
import { type Fence, withFence } from './fence/fence.js';
import { settleRelease } from './mend-release.js';
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
  return await withFence(dependencies, input, keepingHeartbeat(attempt), (fence) =>
    removeFenced(dependencies, input, fence),
  );
}

const nothingRemoved: Removed = { wasInstalled: false, claimsKept: 0, claimsDeleted: 0 };

function isForeign(release: Release | undefined, stack: string): boolean {
  return release !== undefined && release.stack !== stack;
}

async function removeFenced(
  dependencies: ResolvedDependencies,
  input: RemoveComponentInput,
  fence: Fence,
): Promise<Removed> {
  const { stack, namespace, release, component, timeout, operation } = input;
  const { rest } = dependencies.kubernetes;
  const { signal, previous, tell } = fence.attempt;
  const found = await settleRelease(dependencies, input, fence);
  if (isForeign(found, stack)) return nothingRemoved;
  // An attempt before may have been killed between Helm's end and the last object's.
  const interrupted = previous.removing === true || fence.predecessor?.deed === 'remove';
  await fence.act('remove');
  let notes: readonly string[] = [];
  if (found) {
    tell({ detail: 'helm uninstall', removing: true });
    const attempt = keepingHeartbeat({ ...fence.attempt, previous: { removing: true } });
    await markClaims(dependencies, await listClaims(dependencies, input, signal), input, signal);
    const at = { namespace, release, operation, secret: found.secret };
    notes = await removeRelease(dependencies, at, { ...fence, attempt, timeout });
  } else {
    const objects = await releaseObjects(dependencies, { namespace, release }, signal);
    // Without a removal that began, only what goes already is waited for.
    const going = objects.filter(({ metadata }) => interrupted || metadata.deletionTimestamp !== undefined);
    await finishRemoval(dependencies, going, { attempt: fence.attempt, timeout });
  }
  const claimsDeleted = input.deleteData ? await deleteData(dependencies, input, fence.attempt) : 0;
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
