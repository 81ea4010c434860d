/**
 * The end of the work on a revision, and what revisions that failed made and no later one names. Helm compares a revision with one before it, mostly the last that was
 * deployed, and forgets the others.
 *
 * @module
 */
import { groupPathOf, pathOf, resourceOf, resourcesFor } from '../../kubernetes/api/discovery.js';
import { unlessAbsent, unlessForbidden } from '../../kubernetes/api/errors.js';
import { readMetadata } from '../../kubernetes/api/metadata.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import type { FoundObject } from '../../kubernetes/releases/inventory.js';
import { isKept, isOfHelm } from '../../kubernetes/releases/ownership.js';
import type { ReleaseAt } from '../../kubernetes/releases/other-objects.js';
import {
  type ManifestObject,
  manifestObjects,
  readManifest,
} from '../../kubernetes/releases/release-contents.js';
import { type Revision, listRevisions } from '../../kubernetes/releases/releases.js';
import type { Attempt } from '../attempt.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { type SecretReaders, restartForSecrets } from './restart-for-secrets.js';
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

/** What there was before a release changed. */
export interface Before {
  /** By {@link madeSoFar}. */
  readonly made: readonly ManifestObject[];
  /** Absent where the change may have been made by an attempt that died. */
  readonly readers?: SecretReaders;
}

/**
 * Ends the work on a revision: deletes the objects that Helm made for revisions before it and which it does not name, as an upgrade
 * deletes what the chart dropped, as far as this user may, without waiting for their end; and restarts pods that are to read a Secret
 * anew.
 *
 * @returns the newest revision, 0 if there is none
 * @throws KubernetesError
 */
export async function finishRevision(
  dependencies: ResolvedDependencies,
  at: ReleaseAt,
  { made, readers = new Map() }: Before,
  attempt: Pick<Attempt, 'signal' | 'tell'>,
): Promise<number> {
  const { rest } = dependencies.kubernetes;
  const { signal } = attempt;
  const [newest] = await listRevisions(rest, at.namespace, at.release, signal);
  if (newest?.status === 'deployed') {
    if (made.length > 0) {
      const named = await objectsOf(rest, at, newest, signal);
      for (const each of await findDropped(rest, at, { made, named }, signal))
        await unlessForbidden(() => deleteObject(dependencies, each, signal));
    }
    await restartForSecrets(rest, { namespace: at.namespace, secret: newest.secret }, readers, attempt);
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

/** Those that were made and are not named, as far as Helm made them for this release and may delete them, and this user may see them. */
async function findDropped(
  rest: Rest,
  { namespace, release }: ReleaseAt,
  { made, named }: Readonly<Record<'made' | 'named', readonly ManifestObject[]>>,
  signal: AbortSignal,
): Promise<FoundObject[]> {
  const resources = await resourcesFor(rest, [...made, ...named], signal);
  const located = (objects: readonly ManifestObject[]) =>
    objects.flatMap((object) => {
      const resource = resourceOf(resources, object);
      if (!resource) return [];
      const { kind, name } = object;
      const inNamespace = resource.namespaced ? (object.namespace ?? namespace) : undefined;
      // In whatever version: the same object may be named in another one.
      const key = [groupPathOf(object.apiVersion), kind, inNamespace, name].join(' ');
      return [[key, { resource, path: pathOf(resource, inNamespace, name) }] as const];
    });
  const dropped = new Map(located(made));
  for (const [key] of located(named)) dropped.delete(key);
  const looks = [...dropped.values()].map(async ({ resource, path }): Promise<FoundObject[]> => {
    const found = await unlessForbidden(() => readMetadata(rest, path, signal));
    return found && isOfHelm(release, namespace, found.metadata) && !isKept(found)
      ? [{ resource, metadata: found.metadata }]
      : [];
  });
  return (await Promise.all(looks)).flat();
}
