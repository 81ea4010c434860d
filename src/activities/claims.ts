/**
 * A component's data: its claims, their volumes, and objects that Helm was told to keep.
 *
 * @module
 */
import type { Resource } from '../kubernetes/discovery.js';
import { type FoundObject, listVolumes, takeStock } from '../kubernetes/inventory.js';
import { isOurs, readNamespace } from '../kubernetes/namespaces.js';
import type { Claim } from '../kubernetes/objects.js';
import { isKept, isOfRelease } from '../kubernetes/ownership.js';
import { Label } from '../kubernetes/releases.js';
import { Patch } from '../kubernetes/rest.js';
import { listAll } from '../kubernetes/watch.js';
import type { Attempt } from './attempt.js';
import type { RemoveComponentInput } from './contract.js';
import type { ResolvedDependencies } from './dependencies.js';
import { deleteObject, waitUntilGone } from './release-objects.js';

const claimResource: Resource = {
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
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
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
 * @throws ApplicationFailure `RemoveTimeout`; KubernetesError
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
  const volumes = ((await listVolumes(rest, signal)) ?? []).filter(
    ({ spec }) => spec?.persistentVolumeReclaimPolicy === 'Delete' && bound.has(spec.claimRef?.uid),
  );
  const { objects } = await takeStock(rest, input.namespace, signal);
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
