/** @module */
import { readNamespace } from '../../kubernetes/api/namespaces.js';
import type { Attempt } from '../attempt.js';
import type { NamespaceRemoved, StackRemovalInput } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { removeDeadLeases } from '../release-lock/remove-dead-leases.js';
import { waitUntilGone } from '../release/wait-until-gone.js';
import { findLeftovers } from '../release/stack-ownership.js';

/** Milliseconds until a namespace that holds nothing must be gone. */
const timeout = 120_000;

/** Removes leases of the dead, then the namespace if this program made it and nothing else is in it. */
export async function removeNamespace(
  dependencies: ResolvedDependencies,
  input: StackRemovalInput,
  { signal, tell }: Attempt,
): Promise<NamespaceRemoved> {
  const { rest } = dependencies.kubernetes;
  await removeDeadLeases(dependencies, input, signal);
  const { namespaceIsOurs, left } = await findLeftovers(dependencies, input, signal);
  const holds = left.some((object) => object.namespace === input.namespace);
  const namespace = await readNamespace(rest, input.namespace, signal);
  if (!namespace) return { removed: true };
  if (!namespaceIsOurs || holds) return { removed: false };
  tell({ detail: `deleting the namespace ${input.namespace}` });
  await rest.deleteIfThere(`/api/v1/namespaces/${input.namespace}`, namespace.metadata.uid, signal);
  const resource = { kind: 'Namespace', plural: 'namespaces', base: '/api/v1', namespaced: false };
  await waitUntilGone(dependencies, [{ resource, metadata: namespace.metadata }], { signal, tell, timeout });
  return { removed: true };
}
