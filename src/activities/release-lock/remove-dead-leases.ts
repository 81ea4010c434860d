/** @module */
import { deleteLease, hasRunOut, listLeases } from '../../kubernetes/releases/leases.js';
import { Label, managedByUs } from '../../kubernetes/releases/releases.js';
import type { StackReference } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { standingOf } from './holder.js';

/** Removes the stack's leases whose holders died and whose releases nobody took up again. @throws KubernetesError */
export async function removeDeadLeases(
  { kubernetes: { rest } }: ResolvedDependencies,
  { stack, namespace }: StackReference,
  signal: AbortSignal,
): Promise<void> {
  const selector = `${Label.managedBy}=${managedByUs},${Label.stack}=${stack}`;
  for (const lease of await listLeases(rest, namespace, selector, signal)) {
    const { is } = await standingOf(lease, hasRunOut(lease, rest.serverTime()));
    if (is === 'dead') await deleteLease(rest, namespace, lease, signal);
  }
}
