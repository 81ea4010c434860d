/** @module */
import { defined } from '../../util/defined.js';
import { shareLookAtReleases, withOtherObjects } from '../../kubernetes/releases/live-look.js';
import { readProof } from '../../kubernetes/record/proofs.js';
import { shareReleases } from '../../kubernetes/releases/releases.js';
import type { Attempt } from '../attempt.js';
import type { InspectInput, Inspection } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { classify } from './inspection.js';

/** One look: the release by the labels of its Secret, the proof, and whether everything of it is there and ready. */
export async function inspectComponent(
  { kubernetes: { rest } }: ResolvedDependencies,
  input: InspectInput,
  { signal }: Attempt,
): Promise<Inspection> {
  const { namespace, release: name, component } = input;
  const [releases, proof] = await Promise.all([
    shareReleases(rest, namespace, signal),
    readProof(rest, namespace, component, signal),
  ]);
  const look = proof && (await shareLookAtReleases(rest, namespace, signal))(name);
  const at = { namespace, release: name };
  const live = look && (await withOtherObjects(rest, at, { look, others: proof.others }, signal));
  return classify(input, { release: releases.get(name), proof, ...defined({ live }) });
}
