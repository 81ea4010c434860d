/**
 * What revisions that failed made and no later one names. Helm compares a revision with one before it, mostly the last that was
 * deployed, and forgets the others.
 *
 * @module
 */
import { pathOf, resourceOf, resourcesFor } from '../../kubernetes/api/discovery.js';
import { unlessAbsent } from '../../kubernetes/api/errors.js';
import type { KubernetesObject } from '../../kubernetes/api/objects.js';
import { type Rest, metadataOnly } from '../../kubernetes/api/rest.js';
import type { FoundObject } from '../../kubernetes/releases/inventory.js';
import { isKept, isOfHelm } from '../../kubernetes/releases/ownership.js';
import type { ReleaseAt } from '../../kubernetes/releases/other-objects.js';
import {
  type ManifestObject,
  manifestObjects,
  nameIn,
  readManifest,
} from '../../kubernetes/releases/release-contents.js';
import { type Revision, listRevisions } from '../../kubernetes/releases/releases.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { deleteObject } from './wait-until-gone.js';

/**
 * What the revisions name that Helm remembers, if one of them failed: not by their status, for a rollback that fails makes a failed
 * revision a superseded one. To be asked before the work on another begins, for which Helm forgets the oldest.
 *
 * @throws KubernetesError
 */
export async function madeSoFar(rest: Rest, at: ReleaseAt, signal: AbortSignal): Promise<ManifestObject[]> {
  const revisions = await listRevisions(rest, at.namespace, at.release, signal);
  const well = revisions.every(({ status }) => status === 'deployed' || status === 'superseded');
  if (well) return [];
  return (await Promise.all(revisions.map((each) => objectsOf(rest, at, each, signal)))).flat();
}

/**
 * Ends the work on a revision: deletes the objects that Helm made for revisions before it and which it does not name, as an upgrade
 * deletes what the chart dropped. It does not wait for their end.
 *
 * @param made - by {@link madeSoFar}
 * @returns the newest revision, 0 if there is none
 * @throws KubernetesError
 */
export async function finishRevision(
  dependencies: ResolvedDependencies,
  at: ReleaseAt,
  made: readonly ManifestObject[],
  signal: AbortSignal,
): Promise<number> {
  const { rest } = dependencies.kubernetes;
  const [newest] = await listRevisions(rest, at.namespace, at.release, signal);
  if (newest?.status === 'deployed' && made.length > 0) {
    const dropped = new Map(made.map((each) => [nameIn(at.namespace, each), each]));
    for (const each of await objectsOf(rest, at, newest, signal)) dropped.delete(nameIn(at.namespace, each));
    for (const each of await findDropped(rest, at, [...dropped.values()], signal))
      await deleteObject(dependencies, each, signal);
  }
  return newest?.revision ?? 0;
}

async function objectsOf(
  rest: Rest,
  { namespace }: ReleaseAt,
  { secret }: Revision,
  signal: AbortSignal,
): Promise<ManifestObject[]> {
  return manifestObjects((await unlessAbsent(() => readManifest(rest, namespace, secret, signal))) ?? '');
}

/** Those that are there, and that Helm made for this release and may delete. */
async function findDropped(
  rest: Rest,
  { namespace, release }: ReleaseAt,
  objects: readonly ManifestObject[],
  signal: AbortSignal,
): Promise<FoundObject[]> {
  const resources = await resourcesFor(rest, objects, signal);
  const looks = objects.map(async (object): Promise<FoundObject[]> => {
    const resource = resourceOf(resources, object);
    if (!resource) return [];
    const path = pathOf(resource, object.namespace ?? namespace, object.name);
    const request = { path, accept: metadataOnly.one, signal };
    const found = await unlessAbsent(() => rest.json<KubernetesObject>(request));
    return found && isOfHelm(release, namespace, found.metadata) && !isKept(found)
      ? [{ resource, metadata: found.metadata }]
      : [];
  });
  return (await Promise.all(looks)).flat();
}
