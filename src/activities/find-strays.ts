/** @module */
import { findStrays as findAll } from '../kubernetes/strays.js';
import type { Stray } from '../stack/strays.js';
import type { Attempt } from './attempt.js';
import type { FindStraysInput } from './contract.js';
import type { ResolvedDependencies } from './dependencies.js';

/** What this stack installed and no longer plans: its components were taken out of the stack file. */
export async function findStrays(
  { kubernetes: { rest } }: ResolvedDependencies,
  input: FindStraysInput,
  { signal }: Attempt,
): Promise<Stray[]> {
  return await findAll(rest, { ...input, signal });
}
