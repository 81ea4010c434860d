/** @module */
import { removeProof } from '../kubernetes/proofs.js';
import { listReleases } from '../kubernetes/releases.js';
import type { Attempt } from './attempt.js';
import { deleteData, listClaims, markClaims } from './claims.js';
import type { RemoveComponentInput, Removed } from './contract.js';
import type { ResolvedDependencies } from './dependencies.js';
import { releaseObjects, removeRelease, waitUntilGone } from './release-objects.js';

/** Removes the release if it is ours, waits until its objects and pods are gone, then its data if told to. */
export async function removeComponent(
  dependencies: ResolvedDependencies,
  input: RemoveComponentInput,
  { signal, tell, previous }: Attempt,
): Promise<Removed> {
  const { stack, namespace, release, component, timeout } = input;
  const { rest } = dependencies.kubernetes;
  const [found] = await listReleases(rest, namespace, { name: release, signal });
  if (found && found.stack !== stack) return { wasInstalled: false, claimsKept: 0, claimsDeleted: 0 };
  // An attempt before may have been killed between Helm's end and the last object's.
  const interrupted = previous?.removing === true;
  const own: Pick<Attempt, 'signal' | 'tell'> = { signal, tell: (beat) => tell({ ...beat, removing: true }) };
  if (found || interrupted) {
    own.tell({ detail: 'helm uninstall' });
    if (found) await markClaims(dependencies, await listClaims(dependencies, input, signal), stack, signal);
    await removeRelease(dependencies, { namespace, release }, { ...own, timeout });
  } else {
    const objects = await releaseObjects(dependencies, input, signal);
    const going = objects.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    await waitUntilGone(dependencies, going, { ...own, timeout });
  }
  const claimsDeleted = input.deleteData ? await deleteData(dependencies, input, own) : 0;
  await removeProof(rest, namespace, component, signal);
  const claimsKept = (await listClaims(dependencies, input, signal)).length;
  return { wasInstalled: found !== undefined || interrupted, claimsKept, claimsDeleted };
}
