/**
 * Why a claim stays unbound. Pure.
 *
 * @module
 */
import { type Claim, type ClusterEvent, nameOf } from '../api/objects.js';
import { GracePeriod, type Finding, eventsAbout } from './failure-detector.js';

/** Findings of one claim. One that waits for its first consumer, or for a slow provisioner, is healthy. */
export function diagnoseClaim(claim: Claim, events: readonly ClusterEvent[]): Finding[] {
  if (claim.status?.phase === 'Bound' || claim.metadata.deletionTimestamp !== undefined) return [];
  const where = nameOf('PersistentVolumeClaim', claim.metadata);
  const newest = eventsAbout(events, claim.metadata.uid).at(-1);
  const message = newest?.message ?? '';
  if (claim.status?.phase === 'Lost') {
    return [
      {
        cause: {
          type: 'ClaimLost',
          message: 'the claim has lost its volume',
          where,
          next: 'restore the volume, or delete the claim and its data',
        },
        gracePeriod: GracePeriod.lag,
      },
    ];
  }
  if (
    newest?.reason === 'FailedBinding' &&
    /no storage class is set/.test(message) &&
    !claim.spec?.storageClassName
  ) {
    return [
      {
        cause: {
          type: 'ClaimPending',
          message: 'the claim names no StorageClass and the cluster has no default one',
          where,
          next: 'add the component `volumes` to the stack, make a StorageClass the default, or turn persistence off in the values',
        },
        gracePeriod: GracePeriod.lag,
        // A default that comes later is given to claims that name no class, not to those that want none: "".
        ...(claim.spec?.storageClassName === undefined
          ? { missing: { resource: 'storageclasses' } as const }
          : {}),
      },
    ];
  }
  if (newest?.reason === 'ProvisioningFailed') {
    const missing = /storageclass\S* .*not found/i.test(message);
    const name = claim.spec?.storageClassName;
    return [
      {
        cause: {
          type: 'ClaimPending',
          message: `no volume can be made for the claim: ${message}`,
          where,
          next: missing
            ? 'create this StorageClass, or name another in the values'
            : 'see the log of the volume provisioner',
        },
        gracePeriod: missing ? GracePeriod.lag : GracePeriod.never,
        ...(missing && name !== undefined ? { missing: { resource: 'storageclasses', name } as const } : {}),
      },
    ];
  }
  return [];
}
