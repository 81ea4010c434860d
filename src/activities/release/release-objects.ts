/**
 * The objects of a release.
 *
 * @module
 */
import { type Resource, pathOf } from '../../kubernetes/api/discovery.js';
import { releaseAnnotation } from '../../kubernetes/diagnose/release.js';
import type { FoundObject } from '../../kubernetes/releases/inventory.js';
import { isKept, isOfRelease } from '../../kubernetes/releases/ownership.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import { Observer } from '../../kubernetes/api/watch.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { operationInventory } from '../namespace/operation-inventory.js';

/**
 * Everything that goes when the release goes: what Helm made, what controllers made of that, and hooks that were
 * left behind. Not what is kept: claims of StatefulSets, and objects that say so.
 *
 * What Helm made is known since the operation began; what controllers made of it may be of this minute.
 *
 * @throws KubernetesError
 */
export async function releaseObjects(
  { kubernetes: { rest } }: ResolvedDependencies,
  { namespace, release, operation }: ReleaseToRemove,
  signal: AbortSignal,
): Promise<FoundObject[]> {
  const [inventory, made] = await Promise.all([
    operationInventory(rest, namespace, operation, signal),
    madeByControllers(rest, namespace, signal),
  ]);
  const objects = [
    ...new Map([...inventory.objects, ...made].map((each) => [each.metadata.uid, each])).values(),
  ];
  const own = objects.filter((each) => isOfRelease(release, namespace, each) && !staysBehind(each));
  const uids = new Set(own.map(({ metadata }) => metadata.uid));
  // Owners may own owners: Deployment, ReplicaSet, Pod.
  for (let known = -1; known !== uids.size;) {
    known = uids.size;
    for (const each of objects) {
      const derived = each.metadata.ownerReferences?.some(({ uid }) => uids.has(uid)) ?? false;
      if (derived && !staysBehind(each)) uids.add(each.metadata.uid);
    }
  }
  return objects.filter(({ metadata }) => uids.has(metadata.uid));
}

/** Which release, and within which run of an operation, if in any. */
export interface ReleaseToRemove {
  readonly namespace: string;
  readonly release: string;
  readonly operation?: string | undefined;
}

/** Kinds that controllers make anew all the time. */
const replaceable: readonly Resource[] = [
  { kind: 'Pod', plural: 'pods', base: '/api/v1', namespaced: true },
  { kind: 'ReplicaSet', plural: 'replicasets', base: '/apis/apps/v1', namespaced: true },
  { kind: 'Job', plural: 'jobs', base: '/apis/batch/v1', namespaced: true },
];

/** What is there of such kinds now, by watches that all removals share. */
async function madeByControllers(rest: Rest, namespace: string, signal: AbortSignal): Promise<FoundObject[]> {
  const sources = Object.fromEntries(
    replaceable.map((resource) => [resource.kind, { path: pathOf(resource, namespace), metadataOnly: true }]),
  );
  const observer = await Observer.start(rest, sources, signal, { shared: true });
  try {
    return replaceable.flatMap((resource) =>
      observer.list<FoundObject>(resource.kind).map(({ metadata }) => ({ resource, metadata })),
    );
  } finally {
    observer.close();
  }
}

function staysBehind(object: FoundObject): boolean {
  const madeByHelm = object.metadata.annotations?.[releaseAnnotation] !== undefined;
  return isKept(object) || (object.resource.kind === 'PersistentVolumeClaim' && !madeByHelm);
}
