/** @module */
import { explainTaints, needsNodes } from '../kubernetes/diagnose/nodes.js';
import type { Suspect } from '../kubernetes/diagnose/suspect.js';
import { isKubernetesError } from '../kubernetes/errors.js';
import type { Node } from '../kubernetes/objects.js';
import type { Rest } from '../kubernetes/rest.js';
import { listAll } from '../kubernetes/watch.js';

/** The suspects, with what the nodes tell where it matters and may be seen. */
export async function withNodes(
  rest: Rest,
  suspects: readonly Suspect[],
  signal: AbortSignal,
): Promise<readonly Suspect[]> {
  if (!suspects.some(needsNodes)) return suspects;
  try {
    const { items } = await listAll<Node>(rest, { path: '/api/v1/nodes' }, signal);
    return suspects.map((suspect) => explainTaints(suspect, items));
  } catch (error) {
    // Who may install into a namespace need not be allowed to see the nodes.
    if (isKubernetesError(error, 'forbidden')) return suspects;
    throw error;
  }
}
