/**
 * What is there already of planned components, and somebody else's.
 *
 * @module
 */
import { compareObjects } from '../../changes/object-changes.js';
import type { ObjectChange } from '../../changes/object-changes.js';
import { projectedObject } from '../../changes/projection.js';
import { ExitCode, UserError } from '../../errors.js';
import { releaseAnnotation } from '../../kubernetes/diagnose/release.js';
import { type Resource, groupPathOf, pathOf } from '../../kubernetes/api/discovery.js';
import { unlessAbsent } from '../../kubernetes/api/errors.js';
import type { KubernetesObject } from '../../kubernetes/api/objects.js';
import { hookAnnotation, releaseNamespaceAnnotation } from '../../kubernetes/releases/ownership.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import type { SecretValue } from '../../redaction/redactor.js';

/** A release, and all objects that its chart plans. */
export interface PlannedRelease {
  readonly namespace: string;
  readonly release: string;
  readonly planned: readonly unknown[];
}

/** What an API server is asked with. */
export interface ClusterTools {
  readonly rest: Rest;
  /** The kinds that it knows. */
  readonly resources: readonly Resource[];
  readonly secrets: readonly SecretValue[];
}

/**
 * How planned objects that are there already would change; empty if none is, or all are known as this release's.
 *
 * @throws KubernetesError; UserError if one of them is another release's
 */
export async function changesOfOthers(
  { rest, resources, secrets }: ClusterTools,
  { namespace, release, planned }: PlannedRelease,
): Promise<readonly ObjectChange[]> {
  // Hooks are Helm's to make and to remove: they are never anybody's before.
  const lasting = planned.filter(
    (object): object is KubernetesObject =>
      (object as KubernetesObject | null)?.metadata?.annotations?.[hookAnnotation] === undefined,
  );
  const looks = lasting.map(async (object) => {
    const live = await read(rest, resources, namespace, object);
    if (live === undefined || isOf({ namespace, release }, live)) return [];
    return [{ live: projectedObject(live, object), object }];
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
  { namespace, release }: Pick<PlannedRelease, 'namespace' | 'release'>,
  { kind, metadata }: KubernetesObject,
): boolean {
  const { annotations = {} } = metadata;
  const { [releaseAnnotation]: owner, [releaseNamespaceAnnotation]: itsNamespace = namespace } = annotations;
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
  const group = groupPathOf(apiVersion);
  const resource = resources.find((each) => each.kind === kind && each.base.startsWith(group));
  // Of a kind that the cluster does not have, or that cannot be deleted, none is there.
  if (resource === undefined) return undefined;
  const path = pathOf(resource, metadata.namespace ?? namespace, metadata.name);
  return await unlessAbsent(() => rest.json<KubernetesObject>({ path }));
}
