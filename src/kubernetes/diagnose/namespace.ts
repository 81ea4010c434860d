/**
 * Why a namespace that is being deleted does not go. Pure.
 *
 * @module
 */
import type { Namespace } from '../api/namespaces.js';
import { GracePeriod, type Finding } from './failure-detector.js';

/** Conditions that tell of what nobody takes away. The plain rest (`NamespaceContentRemaining`) goes with its pods. */
const telling: ReadonlySet<string> = new Set([
  'NamespaceFinalizersRemaining',
  'NamespaceDeletionContentFailure',
  'NamespaceDeletionDiscoveryFailure',
]);

/** Findings of a namespace in deletion: finalizers that stay, an API that does not answer. */
export function diagnoseDeletion({ metadata, status }: Namespace): Finding[] {
  return (status?.conditions ?? [])
    .filter(({ type, status: is }) => telling.has(type) && is === 'True')
    .map(({ message, reason, type }) => ({
      cause: {
        type: 'NamespaceStuck',
        message: `the old namespace is being deleted and does not go away: ${message ?? reason ?? type}`,
        where: `Namespace ${metadata.name}`,
        next: 'start the controller that owns the finalizer, or remove the finalizer from what is left; or give this stack another namespace',
      },
      // Finalizers of claims and Services stay for as long as their pods and load balancers take to go.
      gracePeriod: GracePeriod.outage,
    }));
}
