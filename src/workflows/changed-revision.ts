/**
 * Releases that somebody changed by plain Helm. Pure.
 *
 * @module
 */
import type { Inspection } from '../activities/contract.js';

/**
 * Which revision is installed instead of the one that was proven as planned; undefined if that is the one. Helm keeps the labels by
 * which a release is known as planned, whoever changes it.
 */
export function changedRevision(
  { before, revision }: Extract<Inspection, { state: 'same-unproven' }>,
  digest: string,
): string | undefined {
  return before?.digest === digest && before.revision !== revision
    ? `revision ${revision} is installed, revision ${before.revision} was proven`
    : undefined;
}
