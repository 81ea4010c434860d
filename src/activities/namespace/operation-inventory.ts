/** @module */
import { sharedLook } from '../../kubernetes/api/coalesced.js';
import { type Inventory, listInventory } from '../../kubernetes/releases/inventory.js';
import { perRest } from '../../kubernetes/api/per-rest.js';
import type { Rest } from '../../kubernetes/api/rest.js';

/** Milliseconds for which what was found counts within one operation. */
const validity = 60_000;

interface Taken {
  readonly operation: string;
  readonly at: number;
  readonly inventory: Promise<Inventory>;
}

const freshInventory = sharedLook(listInventory);

/** The last one of each namespace: one operation at a time works on a stack. */
const taken = perRest<Taken>();

/**
 * Everything that a stack may own, looked for once an operation, not once a component: what it installed before is there
 * when it begins, and while it runs nobody else installs. Without an operation, looked for anew.
 *
 * @throws KubernetesError
 */
export async function operationInventory(
  rest: Rest,
  namespace: string,
  operation: string | undefined,
  signal: AbortSignal,
): Promise<Inventory> {
  if (operation === undefined) return await freshInventory(rest, namespace, signal);
  const ofRest = taken(rest);
  const now = performance.now();
  const last = ofRest.get(namespace);
  const usable = last?.operation === operation && now - last.at < validity ? last : undefined;
  const used = usable ?? { operation, at: now, inventory: freshInventory(rest, namespace) };
  ofRest.set(namespace, used);
  try {
    const inventory = await used.inventory;
    signal.throwIfAborted();
    return inventory;
  } catch (error) {
    if (ofRest.get(namespace) === used) ofRest.delete(namespace);
    throw error;
  }
}
