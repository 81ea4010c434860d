/** @module */
import { shareLookAtReleases, withOtherObjects } from '../../kubernetes/releases/live-look.js';
import { readProofs } from '../../kubernetes/record/proofs.js';
import { shareReleases } from '../../kubernetes/releases/releases.js';
import { bytesOf, maximumPieceBytes } from '../../stack/operation/payloads.js';
import type { Attempt } from '../attempt.js';
import type { FindUnchangedInput, Unchanged } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { classify } from './inspection.js';

/**
 * Of many components those that are installed, proven and whole as planned, in one look at all of them. Those whose proofs do
 * not fit into the result any more are left out: a look at each tells.
 */
export async function findUnchanged(
  { kubernetes: { rest } }: ResolvedDependencies,
  { stack, namespace, components }: FindUnchangedInput,
  { signal }: Attempt,
): Promise<Unchanged[]> {
  const [releases, proofs] = await Promise.all([
    shareReleases(rest, namespace, signal),
    readProofs(rest, namespace, signal),
  ]);
  if (proofs.size === 0) return [];
  const look = await shareLookAtReleases(rest, namespace, signal);
  const looks = components.map(async ({ component, release, ...identity }): Promise<Unchanged[]> => {
    const proof = proofs.get(component);
    if (!proof) return [];
    const seenInNamespace = { look: look(release), others: proof.others };
    const live = await withOtherObjects(rest, { namespace, release }, seenInNamespace, signal);
    const seen = { release: releases.get(release), proof, live };
    const found = classify({ stack, namespace, component, release, ...identity }, seen);
    // Records of a sentinel are to be read first.
    if (found.state !== 'same-proven' || found.sentinelWritten) return [];
    const { checks, provenAt } = found;
    return [{ component, checks, provenAt }];
  });
  const unchanged = (await Promise.all(looks)).flat();
  let room = maximumPieceBytes;
  return unchanged.filter((each) => (room -= bytesOf(each) + 1) >= 0);
}
