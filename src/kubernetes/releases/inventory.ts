/**
 * Everything in the cluster that a stack may own, by metadata alone.
 *
 * @module
 */
import pLimit from 'p-limit';
import { type Resource, listResources, pathOf } from '../api/discovery.js';
import { isKubernetesError, unlessForbidden } from '../api/errors.js';
import type { KubernetesObject, Metadata, PersistentVolume } from '../api/objects.js';
import { Label } from './releases.js';
import type { Rest } from '../api/rest.js';
import { listAll } from '../api/list.js';

/** An object that was found, and the collection that it is in. */
export interface FoundObject {
  readonly resource: Resource;
  readonly metadata: Metadata;
}

export interface Inventory {
  /** All objects of the namespace, and elsewhere those that Helm or this program made. */
  readonly objects: readonly FoundObject[];
  /** All volumes: they name their claims in their specification. */
  readonly volumes: readonly PersistentVolume[];
  /** Kinds that could not be listed: nothing is proven about them. */
  readonly unseen: readonly UnseenKind[];
}

export interface UnseenKind {
  readonly kind: string;
  /** For people. */
  readonly why: string;
}

const notAllowed = 'this user may not list them';

/** Requests at a time. */
const parallel = 8;

/** Looks through every kind that the cluster knows. @throws KubernetesError */
export async function listInventory(rest: Rest, namespace: string, signal?: AbortSignal): Promise<Inventory> {
  const resources = await listResources(rest, signal);
  const unseen = new Map<string, string>();
  const found = new Map<string, FoundObject>();
  const looks = resources.flatMap((resource) => looksAt(resource, namespace));
  await pLimit(parallel).map(looks, async ({ resource, path, labelSelector }) => {
    try {
      const source = { path, metadataOnly: true, ...(labelSelector === undefined ? {} : { labelSelector }) };
      const list = await listAll<KubernetesObject>(rest, source, signal);
      for (const { metadata } of list.items) {
        found.set(`${resource.base}/${resource.plural}/${metadata.namespace ?? ''}/${metadata.name}`, {
          resource,
          metadata,
        });
      }
    } catch (error) {
      if (isKubernetesError(error, 'forbidden')) unseen.set(resource.kind, notAllowed);
      else if (isBrokenExtension(resource, error))
        unseen.set(resource.kind, `they cannot be listed: ${error.message}`);
      // A kind that cannot be listed after all, e.g. because it was removed meanwhile.
      else if (!isKubernetesError(error, 'notFound', 'invalid')) throw error;
    }
  });
  const volumes = await listVolumes(rest, signal);
  if (!volumes) unseen.set('PersistentVolume', notAllowed);
  return {
    objects: [...found.values()],
    volumes: volumes ?? [],
    unseen: [...unseen].map(([kind, why]) => ({ kind, why })).toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
  };
}

/** Groups that the API server serves by itself: without a dot, or one of these. */
const builtIn =
  /^\/apis\/((admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|internal\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage|storagemigration)\.k8s\.io|[^./]+)\//;

/**
 * True if somebody's extension is broken, e.g. the conversion webhook of a custom resource is dead: trying again does not help,
 * and must not keep us from what is ours. What the API server itself cannot list, it cannot for the moment.
 */
function isBrokenExtension({ base }: Resource, error: unknown): error is Error {
  const isExtension = base.startsWith('/apis/') && !builtIn.test(`${base}/`);
  return isExtension && isKubernetesError(error, 'server') && (error.status ?? 0) >= 500;
}

/** Persistent volumes; undefined if this user may not see them. @throws KubernetesError */
export async function listVolumes(
  rest: Rest,
  signal?: AbortSignal,
): Promise<readonly PersistentVolume[] | undefined> {
  const source = { path: '/api/v1/persistentvolumes' };
  return (await unlessForbidden(() => listAll<PersistentVolume>(rest, source, signal)))?.items;
}

interface Look {
  readonly resource: Resource;
  readonly path: string;
  readonly labelSelector?: string;
}

function looksAt(resource: Resource, namespace: string): Look[] {
  const everywhere = pathOf(resource, undefined);
  const byHelm = { resource, path: everywhere, labelSelector: `${Label.managedBy}=Helm` };
  return resource.namespaced
    ? [{ resource, path: pathOf(resource, namespace) }, byHelm]
    : [byHelm, { resource, path: everywhere, labelSelector: Label.stack }];
}
