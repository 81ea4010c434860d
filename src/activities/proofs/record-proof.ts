/** @module */
import { defined } from '../../util/defined.js';
import { rememberEarlier } from '../../kubernetes/record/earlier-proofs.js';
import { type AppliedLook, lookAtApplied } from '../../kubernetes/releases/live-look.js';
import { type Proof, readProof, removeProof, writeProof } from '../../kubernetes/record/proofs.js';
import { listReleases } from '../../kubernetes/releases/releases.js';
import { writeRemoval } from '../../kubernetes/record/removals.js';
import type { Attempt } from '../attempt.js';
import type { RecordProofInput, RecordSentinelInput, ReleaseReference } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { noteSecretsRead } from '../release/restart-for-secrets.js';

/** Remembers in the cluster what was proven, and which objects the release had. */
export async function recordProof(
  { kubernetes: { rest }, clock }: ResolvedDependencies,
  input: RecordProofInput,
  { signal }: Attempt,
): Promise<void> {
  const { stack, namespace, component, release, digest, version, checks, removal } = input;
  const { dependenciesDigest, hooks, rolledBack, installed } = input;
  const [releases, before] = await Promise.all([
    listReleases(rest, namespace, { name: release, signal }),
    readProof(rest, namespace, component, signal),
  ]);
  const [newest] = releases;
  const look: AppliedLook | undefined =
    newest && (await lookAtApplied(rest, { namespace, release }, newest.secret, input.objects ?? [], signal));
  const { objects = [], wanted = {}, fields = {}, others = {} } = look ?? {};
  if (newest && installed && look?.isUnknownWhatPodsHaveRead)
    await noteSecretsRead(rest, { namespace, secret: newest.secret }, signal);
  const revision = newest?.revision ?? 0;
  const provenAt = new Date(clock()).toISOString();
  const proof: Proof = {
    digest,
    version,
    provenAt,
    checks,
    revision,
    objects,
    ...defined({
      wanted,
      fields,
      others: Object.keys(others).length === 0 ? undefined : others,
      dependenciesDigest,
      hooks,
      rolledBack,
      sentinelWritten: before?.sentinelWritten,
    }),
  };
  const owner = { namespace, stack, component };
  await rememberEarlier(rest, owner, { replaced: before, by: digest }, signal);
  await writeProof(rest, owner, proof, signal);
  // What it needs may have changed since it was applied.
  if (removal) await writeRemoval(rest, { namespace, component }, { stack, ...removal }, signal);
}

/** Remembers, with what a component proved last, whether there are records of its sentinel; nothing without a proof. */
export async function recordSentinel(
  { kubernetes: { rest } }: ResolvedDependencies,
  { stack, namespace, component, written }: RecordSentinelInput,
  { signal }: Attempt,
): Promise<void> {
  const proof = await readProof(rest, namespace, component, signal);
  if (!proof) return;
  const { sentinelWritten: _before, ...others } = proof;
  const changed: Proof = { ...others, ...(written ? { sentinelWritten: true } : {}) };
  await writeProof(rest, { namespace, stack, component }, changed, signal);
}

/** Forgets what a component proved. */
export async function forgetProof(
  { kubernetes: { rest } }: ResolvedDependencies,
  { namespace, component }: ReleaseReference,
  { signal }: Attempt,
): Promise<void> {
  await removeProof(rest, namespace, component, signal);
}
