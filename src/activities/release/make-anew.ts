/** @module */
import { type Resource, pathOf } from '../../kubernetes/api/discovery.js';
import type { KubernetesObject } from '../../kubernetes/api/objects.js';
import { Patch } from '../../kubernetes/api/rest.js';
import { madeAnew } from '../../kubernetes/releases/claim-sizes.js';
import type { Attempt } from '../attempt.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { waitUntilGone } from './wait-until-gone.js';

export const statefulSetResource: Resource = {
  kind: 'StatefulSet',
  plural: 'statefulsets',
  base: '/apis/apps/v1',
  namespaced: true,
};

/**
 * Makes a StatefulSet anew around its pods, with the sizes of claims of the planned one, and who wrote which field. Helm makes it if
 * this ends in between.
 *
 * @throws ApplicationFailure `RemoveTimeout`; KubernetesError
 */
export async function makeAnew(
  dependencies: ResolvedDependencies,
  {
    live,
    planned,
    timeout,
  }: { readonly live: KubernetesObject; readonly planned: KubernetesObject; readonly timeout: number },
  { signal, tell }: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  const { rest } = dependencies.kubernetes;
  const { name, namespace, uid, managedFields = [] } = live.metadata;
  const path = pathOf(statefulSetResource, namespace, name);
  tell({ detail: `making the StatefulSet ${name} anew around its pods` });
  await rest.deleteIfThere(path, uid, signal, 'Orphan');
  await waitUntilGone(dependencies, [{ resource: statefulSetResource, metadata: live.metadata }], {
    signal,
    tell,
    timeout,
  });
  await rest.json({
    method: 'POST',
    path: pathOf(statefulSetResource, namespace),
    query: { fieldManager: 'helm' },
    body: madeAnew(live, planned),
    signal,
  });
  // Else all fields were ours for good, and none would go when the chart drops it.
  const writers = managedFields.filter(({ subresource }) => subresource === undefined);
  await rest.json({
    method: 'PATCH',
    path,
    contentType: Patch.merge,
    body: { metadata: { managedFields: writers } },
    signal,
  });
}
