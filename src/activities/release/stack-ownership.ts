/** @module */
import { type Inventory, listInventory } from '../../kubernetes/releases/inventory.js';
import { isOurs, readNamespace } from '../../kubernetes/api/namespaces.js';
import { leftObjects } from '../../kubernetes/releases/ownership.js';
import type { LeftObject } from '../../stack/operation/operation-types.js';
import type { StackRemovalInput } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';

export interface Leftovers {
  readonly namespaceIsOurs: boolean;
  readonly left: LeftObject[];
}

/** Looks through the whole cluster for what is left of the stack. @throws KubernetesError */
export async function findLeftovers(
  { kubernetes: { rest } }: ResolvedDependencies,
  { stack, namespace: name, releases, deleteData }: StackRemovalInput,
  signal: AbortSignal,
): Promise<Leftovers> {
  const namespace = await readNamespace(rest, name, signal);
  const namespaceIsOurs = namespace !== undefined && isOurs(namespace, stack);
  const inventory: Inventory = await listInventory(rest, name, signal);
  const left = leftObjects(inventory, { stack, namespace: name, namespaceIsOurs, releases, deleteData });
  return { namespaceIsOurs, left };
}
