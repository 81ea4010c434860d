/**
 * What is there already of planned components, and somebody else's.
 *
 * @module
 */
import { compareObjects } from '../../changes/object-changes.js';
import type { ObjectChange } from '../../changes/object-changes.js';
import { projected } from '../../changes/projection.js';
import { ExitCode, UserError } from '../../errors.js';
import { type Resource, listResources, pathOf } from '../../kubernetes/discovery.js';
import { unlessAbsent } from '../../kubernetes/errors.js';
import type { KubernetesObject } from '../../kubernetes/objects.js';
import type { Rest } from '../../kubernetes/rest.js';
import type { SecretValue } from '../../kubernetes/secrets/values.js';

/** Annotations by which Helm knows its objects. */
const releaseName = 'meta.helm.sh/release-name';
const releaseNamespace = 'meta.helm.sh/release-namespace';

/** Annotation of what Helm makes and removes by itself: it is never anybody's before. */
const hook = 'helm.sh/hook';

/**
 * How planned objects that are there already would change; empty if none is, or all are known as this release's.
 *
 * @param planned - all objects of the release's chart
 * @throws KubernetesError; UserError if one of them is another release's
 */
export async function changesOfOthers(
  rest: Rest,
  { namespace, release }: { readonly namespace: string; readonly release: string },
  planned: readonly unknown[],
  secrets: readonly SecretValue[],
): Promise<readonly ObjectChange[]> {
  const resources = await listResources(rest);
  const lasting = planned.filter(
    (object): object is KubernetesObject =>
      (object as KubernetesObject | null)?.metadata?.annotations?.[hook] === undefined,
  );
  const looks = lasting.map(async (object) => {
    const live = await read(rest, resources, namespace, object);
    if (live === undefined || isOf({ namespace, release }, live)) return [];
    return [{ live: projected(live, object), object }];
  });
  const found = (await Promise.all(looks)).flat();
  return compareObjects(
    found.map(({ live }) => live),
    found.map(({ object }) => object),
    secrets,
    { equals: true },
  );
}

/** @throws UserError if Helm knows it as another release's */
function isOf(
  { namespace, release }: { readonly namespace: string; readonly release: string },
  { kind, metadata }: KubernetesObject,
): boolean {
  const { [releaseName]: owner, [releaseNamespace]: itsNamespace = namespace } = metadata.annotations ?? {};
  if (owner === undefined) return false;
  if (owner === release && itsNamespace === namespace) return true;
  throw new UserError({
    message: `${kind} ${metadata.name}, which ${release} would take over, belongs to the Helm release ${owner} in namespace ${itsNamespace}`,
    where: `${kind} ${metadata.name}`,
    unchanged: 'No component was touched',
    next: 'Uninstall that release, or let one of the two use another name',
    exitCode: ExitCode.usage,
  });
}

async function read(
  rest: Rest,
  resources: readonly Resource[],
  namespace: string,
  object: KubernetesObject,
): Promise<KubernetesObject | undefined> {
  const { apiVersion = '', kind = '', metadata } = object;
  const group = apiVersion.includes('/') ? `/apis/${apiVersion.split('/')[0]}/` : '/api/';
  const resource = resources.find((each) => each.kind === kind && each.base.startsWith(group));
  // Of a kind that the cluster does not have, or that cannot be deleted, none is there.
  if (resource === undefined) return undefined;
  const path = pathOf(resource, metadata.namespace ?? namespace, metadata.name);
  return await unlessAbsent(() => rest.json<KubernetesObject>({ path }));
}
