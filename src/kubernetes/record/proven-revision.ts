/** @module */
import { type Revision, digestLabel } from '../releases/releases.js';

/** What was proven, and of which stack. */
export interface ProvenPlan {
  readonly stack: string;
  /** Digest of the component that was proven. */
  readonly digest: string;
  /** Revision of its release then. */
  readonly revision: number;
}

/**
 * The revision to go back to: the one that was proven, or an equal one, which recovery and rollbacks leave behind.
 * Helm remembers few revisions, and keeps the last one deployed, whether proven or not. Pure.
 *
 * @param revisions the newest first
 */
export function provenRevision(
  revisions: readonly Revision[],
  { stack, digest, revision }: ProvenPlan,
): Revision | undefined {
  const same = revisions.filter((each) => each.stack === stack && each.digest === digestLabel(digest));
  return same.find((each) => each.revision === revision) ?? same[0];
}
