/** @module */
import { listReleases } from '../kubernetes/releases.js';
import type { Attempt } from './attempt.js';
import type { FindStraysInput } from './contract.js';
import type { ResolvedDependencies } from './dependencies.js';

/** Releases that this stack installed and no longer plans: their components were taken out of the stack file. */
export async function findStrays(
  { kubernetes: { rest } }: ResolvedDependencies,
  { stack, namespace, planned }: FindStraysInput,
  { signal }: Attempt,
): Promise<string[]> {
  const releases = await listReleases(rest, namespace, { signal });
  return releases
    .filter((each) => each.stack === stack && !planned.includes(each.name))
    .map(({ name }) => name);
}
