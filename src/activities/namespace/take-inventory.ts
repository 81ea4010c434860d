/** @module */
import type { LeftObject } from '../../stack/operation/operation-types.js';
import { inPieces } from '../../stack/operation/payloads.js';
import type { Attempt } from '../attempt.js';
import type { StackRemovalInput } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { findLeftovers } from '../release/stack-ownership.js';

/** Entries that a result carries; a thousand objects would say no more. */
const mostEntries = 100;

/** What is left of the stack, faults first. */
export async function takeInventory(
  dependencies: ResolvedDependencies,
  input: StackRemovalInput,
  { signal }: Attempt,
): Promise<LeftObject[]> {
  const { left } = await findLeftovers(dependencies, input, signal);
  const order = { stuck: 0, kept: 1, 'not-ours': 2 };
  const [told] = inPieces(left.toSorted((a, b) => order[a.why] - order[b.why]).slice(0, mostEntries));
  return told;
}
