/**
 * What a look at a component means. Pure.
 *
 * @module
 */
import type { LiveLook } from '../../kubernetes/releases/live-look.js';
import type { Proof } from '../../kubernetes/record/proofs.js';
import { type Release, digestLabel } from '../../kubernetes/releases/releases.js';
import { type Shortcoming, shortcomingOf } from '../../kubernetes/releases/shortcoming.js';
import type { InspectInput, Inspection, ProvenBefore } from '../contract.js';

/** What was seen. */
export interface Look {
  readonly release: Release | undefined;
  readonly proof: Proof | undefined;
  /** Of what was proven; nobody looked if nothing was. */
  readonly live?: LiveLook;
}

/** Statuses in which Helm, or what is left of it, is in the middle of something. */
export function isPending(status: string): boolean {
  return status.startsWith('pending-') || status === 'uninstalling';
}

/** Judges a look against what is planned. */
export function classify({ stack, digest, dependenciesDigest }: InspectInput, look: Look): Inspection {
  const { release } = look;
  if (!release || release.status === 'uninstalled') return { state: 'absent' };
  const { revision, status } = release;
  if (release.stack !== stack) return { state: 'foreign', revision };
  const before = provenBefore(release, look);
  if (isPending(status)) return { state: 'pending', revision, status, ...before };
  if (status !== 'deployed' || release.digest !== digestLabel(digest))
    return { state: 'different', revision, status, ...before };
  const { proof, live } = look;
  const unproven = (missing: string, kind?: Shortcoming['kind']): Inspection => ({
    state: 'same-unproven',
    revision,
    missing,
    gone: kind === 'gone',
    ...(kind === 'scaled' || kind === 'changed' ? { drifted: true } : {}),
    ...before,
  });
  if (proof?.digest !== digest || proof.revision !== revision || live === undefined)
    return unproven('a proof');
  const shortcoming = shortcomingOf(proof, live);
  if (shortcoming) return unproven(shortcoming.missing, shortcoming.kind);
  if (proof.dependenciesDigest !== dependenciesDigest)
    return { state: 'dependencies-changed', revision, ...before };
  const { checks, provenAt, sentinelWritten } = proof;
  return {
    state: 'same-proven',
    revision,
    checks,
    provenAt,
    ...(sentinelWritten ? { sentinelWritten } : {}),
  };
}

function provenBefore(release: Release, { proof, live }: Look): { readonly before?: ProvenBefore } {
  if (!proof || !live) return {};
  const { digest, version, revision, hooks, sentinelWritten = false } = proof;
  const isInstalled =
    release.status === 'deployed' && release.revision === revision && release.digest === digestLabel(digest);
  const shortcoming = shortcomingOf(proof, live);
  const running = isInstalled && (shortcoming === undefined || shortcoming.kind === 'rotated');
  return { before: { digest, version, revision, running, sentinelWritten, ...(hooks ? { hooks } : {}) } };
}
