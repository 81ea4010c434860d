/** @module */
import { defined } from '../defined.js';
import { shareLookAtReleases } from '../kubernetes/live-look.js';
import { readProof } from '../kubernetes/proofs.js';
import { shareReleases } from '../kubernetes/releases.js';
import type { Attempt } from './attempt.js';
import type { InspectInput, Inspection } from './contract.js';
import type { ResolvedDependencies } from './dependencies.js';
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
  const live = proof && (await shareLookAtReleases(rest, namespace, signal))(name);
  return classify(input, { release: releases.get(name), proof, ...defined({ live }) });
}
