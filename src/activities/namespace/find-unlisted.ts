/** @module */
import { findUnlisted as findAll } from '../../kubernetes/releases/unlisted.js';
import type { UnlistedRelease } from '../../stack/plan/unlisted.js';
import type { Attempt } from '../attempt.js';
import type { FindUnlistedInput } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';

/** What this stack installed and no longer plans: its components were taken out of the stack file. */
export async function findUnlisted(
  { kubernetes: { rest } }: ResolvedDependencies,
  input: FindUnlistedInput,
  { signal }: Attempt,
): Promise<UnlistedRelease[]> {
  return await findAll(rest, { ...input, signal });
}
