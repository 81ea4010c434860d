/**
 * What a look at a component means. Pure.
 *
 * @module
 */
import type { Proof } from '../kubernetes/proofs.js';
import { type Release, digestLabel } from '../kubernetes/releases.js';
import type { InspectInput, Inspection, ProvenBefore } from './contract.js';

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
export function judge({ stack, digest, ground }: InspectInput, look: Look): Inspection {
  const { release } = look;
  if (!release || release.status === 'uninstalled') return { state: 'absent' };
  const { revision, status } = release;
  if (release.stack !== stack) return { state: 'foreign', revision };
  const before = provenBefore(release, look);
  if (isPending(status)) return { state: 'pending', revision, status, ...before };
  if (status !== 'deployed' || release.digest !== digestLabel(digest))
    return { state: 'different', revision, status, ...before };
  const { proof, ready, pods } = look;
  const unproven = (missing: string, gone = false): Inspection => ({
    state: 'same-unproven',
    revision,
    missing,
    gone,
    ...before,
  });
  if (proof?.digest !== digest || proof.revision !== revision) return unproven('a proof');
  const taken = takenObject(proof, look);
  if (taken !== undefined) return unproven(taken, true);
  if (!ready) return unproven(`readiness: ${pods}`);
  if (proof.ground !== ground) return { state: 'same-ungrounded', revision, ...before };
  const { checks, provenAt, sentinelWritten } = proof;
  return {
    state: 'same-proven',
    revision,
    checks,
    provenAt,
    ...(sentinelWritten ? { sentinelWritten } : {}),
  };
}

function takenObject(proof: Proof, { objects }: Look): string | undefined {
  return proof.objects.find((object) => !objects.includes(object));
}

function provenBefore(release: Release, look: Look): { readonly before?: ProvenBefore } {
  const { proof, ready } = look;
  if (!proof) return {};
  const { digest, version, revision, hooks, sentinelWritten = false } = proof;
  const isInstalled =
    release.status === 'deployed' &&
    release.revision === revision &&
    release.digest === digestLabel(digest) &&
    takenObject(proof, look) === undefined;
  const running = isInstalled && ready;
  return { before: { digest, version, revision, running, sentinelWritten, ...(hooks ? { hooks } : {}) } };
}
