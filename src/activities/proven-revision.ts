/** @module */
import { type Revision, digestLabel } from '../kubernetes/releases.js';
import type { RollBackInput } from './contract.js';

/**
 * The revision to go back to: the one that was proven, or what is the same, which mending and rolling back leave behind.
 * Helm remembers few revisions, and keeps the last one deployed, whether proven or not. Pure.
 *
 * @param revisions the newest first
 */
export function provenRevision(
  revisions: readonly Revision[],
  { stack, digest, revision }: Pick<RollBackInput, 'stack' | 'digest' | 'revision'>,
): number | undefined {
  const same = revisions.filter((each) => each.stack === stack && each.digest === digestLabel(digest));
  return (same.find((each) => each.revision === revision) ?? same[0])?.revision;
}
