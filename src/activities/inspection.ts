/**
 * What a look at a component means. Pure.
 *
 * @module
 */
import type { Proof } from '../kubernetes/proofs.js';
import { type Release, digestLabel } from '../kubernetes/releases.js';
import type { InspectInput, Inspection } from './contract.js';

/** What was seen. */
export interface Look {
  readonly release: Release | undefined;
  readonly proof: Proof | undefined;
  /** True if every workload that is there is ready. */
  readonly ready: boolean;
  /** E.g. `2/3 pods ready`. */
  readonly pods: string;
  /** `Kind/name` of the objects that are there. */
  readonly objects: readonly string[];
}

/** Statuses in which Helm, or what is left of it, is in the middle of something. */
export function isPending(status: string): boolean {
  return status.startsWith('pending-') || status === 'uninstalling';
}

/** Judges a look against what is planned. */
export function judge({ stack, digest }: InspectInput, look: Look): Inspection {
  const { release } = look;
  if (!release || release.status === 'uninstalled') return { state: 'absent' };
  const { revision, status } = release;
  if (release.stack !== stack) return { state: 'foreign', revision };
  if (isPending(status)) return { state: 'pending', revision, status };
  if (status !== 'deployed' || release.digest !== digestLabel(digest))
    return { state: 'different', revision, status };
  const missing = whatIsMissing(digest, revision, look);
  return missing === undefined && look.proof
    ? { state: 'same-proven', revision, checks: look.proof.checks, provenAt: look.proof.provenAt }
    : { state: 'same-unproven', revision, missing: missing ?? 'a proof' };
}

function whatIsMissing(
  digest: string,
  revision: number,
  { proof, ready, pods, objects }: Look,
): string | undefined {
  if (proof?.digest !== digest || proof.revision !== revision) return 'a proof';
  const gone = proof.objects.find((object) => !objects.includes(object));
  if (gone !== undefined) return gone;
  return ready ? undefined : `readiness: ${pods}`;
}
