/** @module */
import { belongsTo } from '../kubernetes/diagnose/release.js';
import { listReleaseObjects, lookAtWorkloads } from '../kubernetes/namespace-view.js';
import { removeProof, writeProof } from '../kubernetes/proofs.js';
import { listReleases } from '../kubernetes/releases.js';
import { writeRemoval } from '../kubernetes/removals.js';
import type { Attempt } from './attempt.js';
import type { RecordProofInput, ReleaseReference } from './contract.js';
import type { ResolvedDependencies } from './dependencies.js';

/** Remembers in the cluster what was proven, and which objects the release had. */
export async function recordProof(
  { kubernetes: { rest }, clock }: ResolvedDependencies,
  { stack, namespace, component, release, digest, ground, version, checks, removal }: RecordProofInput,
  { signal }: Attempt,
): Promise<void> {
  const [releases, view] = await Promise.all([
    listReleases(rest, namespace, { name: release, signal }),
    lookAtWorkloads(rest, namespace, signal),
  ]);
  const objects = await listReleaseObjects(rest, namespace, view, (each) => belongsTo(release, each), signal);
  const revision = releases[0]?.revision ?? 0;
  const provenAt = new Date(clock()).toISOString();
  await writeProof(
    rest,
    { namespace, stack, component },
    { digest, ...(ground === undefined ? {} : { ground }), version, provenAt, checks, revision, objects },
    signal,
  );
  // What it needs may have changed since it was applied.
  if (removal) await writeRemoval(rest, { namespace, component }, { stack, ...removal }, signal);
}

/** Forgets what a component proved. */
export async function forgetProof(
  { kubernetes: { rest } }: ResolvedDependencies,
  { namespace, component }: ReleaseReference,
  { signal }: Attempt,
): Promise<void> {
  await removeProof(rest, namespace, component, signal);
}
