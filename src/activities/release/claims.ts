/**
 * A component's data: its claims, their volumes, and objects that Helm was told to keep.
 *
 * @module
 */
import { type Resource, pathOf } from '../../kubernetes/api/discovery.js';
import { unlessForbidden } from '../../kubernetes/api/errors.js';
import { type FoundObject, listVolumes } from '../../kubernetes/releases/inventory.js';
import { isOurs, readNamespace } from '../../kubernetes/api/namespaces.js';
import {
  type Claim,
  type KubernetesObject,
  type PersistentVolume,
  nameOf,
} from '../../kubernetes/api/objects.js';
import { isKept, isOfRelease } from '../../kubernetes/releases/ownership.js';
import { Label } from '../../kubernetes/releases/releases.js';
import { Patch, type Rest } from '../../kubernetes/api/rest.js';
import { listAll } from '../../kubernetes/api/list.js';
import type { Attempt } from '../attempt.js';
import type { RemoveComponentInput } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { operationInventory } from '../namespace/operation-inventory.js';
import { deleteObject, waitUntilGone } from './wait-until-gone.js';

export const claimResource: Resource = {
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  base: '/api/v1',
  namespaced: true,
};
const volumeResource: Resource = {
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  base: '/api/v1',
  namespaced: false,
};

/** The claims that hold the component's data. @throws KubernetesError */
export async function listClaims(
  { kubernetes: { rest } }: ResolvedDependencies,
  { namespace, claims }: Pick<RemoveComponentInput, 'namespace' | 'claims'>,
  signal: AbortSignal,
): Promise<readonly Claim[]> {
  if (claims === undefined) return [];
  const path = pathOf(claimResource, namespace);
  return (await listAll<Claim>(rest, { path, labelSelector: claims }, signal)).items;
}

/**
 * Marks claims that outlive their release as this stack's and component's, so that a later removal of the data knows
 * them from somebody else's in the same namespace, also when no stack file lists the component. @throws KubernetesError
 */
export async function markClaims(
  { kubernetes: { rest } }: ResolvedDependencies,
  claims: readonly Claim[],
  { stack, component }: Pick<RemoveComponentInput, 'stack' | 'component'>,
  signal: AbortSignal,
): Promise<void> {
  const labels = { [Label.stack]: stack, [Label.component]: component };
  for (const { metadata } of claims) {
    if (Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value)) continue;
    await rest.json({
      method: 'PATCH',
      path: `/api/v1/namespaces/${metadata.namespace}/persistentvolumeclaims/${metadata.name}`,
      contentType: Patch.merge,
      body: { metadata: { labels } },
      signal,
    });
  }
}

/**
 * Deletes the component's data and waits until claims and volumes are gone: before their provisioner may go.
 *
 * @returns number of claims deleted
 * @throws ApplicationFailure `ProvisionerMissing` before anything is deleted, `RemoveTimeout`; KubernetesError
 */
export async function deleteData(
  dependencies: ResolvedDependencies,
  input: RemoveComponentInput,
  attempt: Pick<Attempt, 'signal' | 'tell'>,
): Promise<number> {
  const { signal } = attempt;
  const { rest } = dependencies.kubernetes;
  const namespace = await readNamespace(rest, input.namespace, signal);
  const namespaceIsOurs = namespace !== undefined && isOurs(namespace, input.stack);
  const isOwn = ({ metadata }: Claim) => namespaceIsOurs || metadata.labels?.[Label.stack] === input.stack;
  const claims = (await listClaims(dependencies, input, signal)).filter(isOwn);
  const bound = new Set(claims.map(({ metadata }) => metadata.uid));
  const all = claims.length > 0 ? await listVolumes(rest, signal) : undefined;
  const volumes = (all ?? []).filter(
    ({ spec }) => spec?.persistentVolumeReclaimPolicy === 'Delete' && bound.has(spec.claimRef?.uid),
  );
  await refuseWithoutProvisioner(rest, volumes, signal);
  const { objects } = await operationInventory(rest, input.namespace, input.operation, signal);
  const kept = objects.filter((each) => isKept(each) && isOfRelease(input.release, input.namespace, each));
  const going: FoundObject[] = [
    ...claims.map(({ metadata }) => ({ resource: claimResource, metadata })),
    ...kept,
  ];
  for (const each of going) await deleteObject(dependencies, each, signal);
  const gone = [...going, ...volumes.map(({ metadata }) => ({ resource: volumeResource, metadata }))];
  await waitUntilGone(dependencies, gone, { ...attempt, timeout: input.timeout });
  return claims.length;
}

/** On a volume that was made for its claim: by whom, who alone can take it away. */
const provisionedBy = 'pv.kubernetes.io/provisioned-by';

/** Refuses to delete claims whose volumes nobody would take away: their provisioner went, and its StorageClass with it. */
async function refuseWithoutProvisioner(
  rest: Rest,
  volumes: readonly PersistentVolume[],
  signal: AbortSignal,
): Promise<void> {
  const provisioned = volumes.filter(({ metadata }) => metadata.annotations?.[provisionedBy] !== undefined);
  if (provisioned.length === 0) return;
  const source = { path: '/apis/storage.k8s.io/v1/storageclasses', metadataOnly: true };
  const classes = await unlessForbidden(() => listAll<KubernetesObject>(rest, source, signal));
  const names = classes && new Set(classes.items.map(({ metadata }) => metadata.name));
  const orphan = provisioned.find(
    ({ spec }) => spec?.storageClassName && names?.has(spec.storageClassName) === false,
  );
  if (!orphan) return;
  const { claimRef, storageClassName } = orphan.spec ?? {};
  throw nonRetryable({
    type: 'ProvisionerMissing',
    message: `its data was not deleted: StorageClass ${storageClassName} and its provisioner ${orphan.metadata.annotations?.[provisionedBy]}, which alone can delete the volumes, were removed earlier`,
    where: claimRef ? nameOf('PersistentVolumeClaim', claimRef) : nameOf('PersistentVolume', orphan.metadata),
    next: 'run `bigdata up`, which brings the provisioner back, then `bigdata uninstall --delete-data`; or delete the local cluster with all its data: `bigdata down --delete`',
  });
}
