/** @module */
import { assess, belongsTo } from '../kubernetes/diagnose/release.js';
import { listReleaseObjects, lookAtWorkloads } from '../kubernetes/namespace-view.js';
import { readProofs } from '../kubernetes/proofs.js';
import { listReleases } from '../kubernetes/releases.js';
import type { Attempt } from './attempt.js';
import type { InspectInput, Inspection } from './contract.js';
import type { ResolvedDependencies } from './dependencies.js';
import { judge } from './inspection.js';

/** One look: the release by the labels of its Secret, the proof, and whether everything of it is there and ready. */
export async function inspectComponent(
  { kubernetes: { rest } }: ResolvedDependencies,
  input: InspectInput,
  { signal }: Attempt,
): Promise<Inspection> {
  const { namespace, release: name, component } = input;
  const [releases, proofs, view] = await Promise.all([
    listReleases(rest, namespace, { name, signal }),
    readProofs(rest, namespace, signal),
    lookAtWorkloads(rest, namespace, signal),
  ]);
  const proof = proofs.get(component);
  const objects = proof
    ? await listReleaseObjects(rest, namespace, view, (each) => belongsTo(name, each), signal)
    : [];
  const { ready, waitingFor } = assess(view, name);
  return judge(input, { release: releases[0], proof, ready, pods: waitingFor, objects });
}
