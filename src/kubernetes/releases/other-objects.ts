/**
 * Objects of a release beyond those that a look at its namespace finds: custom resources, what has no namespace, and what lies in
 * another one. They are few, and each is asked for by itself.
 *
 * @module
 */
import { pathOf, resourceOf, resourcesFor } from '../api/discovery.js';
import { isKubernetesError } from '../api/errors.js';
import { readMetadata } from '../api/metadata.js';
import type { Rest } from '../api/rest.js';
import { helmFields, otherHands } from './field-ownership.js';
import { isLasting } from './lasting-kinds.js';
import { isMarkedAs } from './ownership.js';
import { type ManifestObject, nameIn } from './release-contents.js';

/** What is remembered of each, by {@link nameIn}. */
export type OtherObjects = Readonly<Record<string, OtherObject>>;

export interface OtherObject {
  /** Of the API server. */
  readonly path: string;
  /** Digest of the fields that are Helm's; absent if the server remembers none. */
  readonly fields?: string;
}

/** What is there of each now; `unseen`: it may not be looked at. */
export type OthersLook = Readonly<Record<string, OtherLook>>;

export type OtherLook = 'gone' | 'unseen' | { readonly fields?: string; readonly hands: string };

/** A release, and where it is. */
export interface ReleaseAt {
  readonly namespace: string;
  readonly release: string;
}

/** Kinds whose objects may vanish when they are done. */
const finite = new Set(['Job', 'Pod']);

/** Those that are there of a release's objects that the look at its namespace does not find. @throws KubernetesError */
export async function findOtherObjects(
  rest: Rest,
  at: ReleaseAt,
  objects: readonly ManifestObject[],
  signal: AbortSignal,
): Promise<OtherObjects> {
  const named = objects.filter((each) => !finite.has(each.kind) && !isLasting(each, at.namespace));
  const resources = await resourcesFor(rest, named, signal);
  const looks = named.map(async (object): Promise<[string, OtherObject][]> => {
    const resource = resourceOf(resources, object);
    if (!resource) return [];
    const path = pathOf(resource, object.namespace ?? at.namespace, object.name);
    const look = await lookAt(rest, at, path, signal);
    if (look === 'gone' || look === 'unseen') return [];
    return [
      [nameIn(at.namespace, object), { path, ...(look.fields !== undefined && { fields: look.fields }) }],
    ];
  });
  return Object.fromEntries((await Promise.all(looks)).flat());
}

/** Looks at each again. @throws KubernetesError */
export async function lookAtOtherObjects(
  rest: Rest,
  at: ReleaseAt,
  others: OtherObjects,
  signal?: AbortSignal,
): Promise<OthersLook> {
  const looks = Object.entries(others).map(
    async ([name, { path }]) => [name, await lookAt(rest, at, path, signal)] as const,
  );
  return Object.fromEntries(await Promise.all(looks));
}

/** One that belongs to another release, or to none, is not the release's any more. */
async function lookAt(
  rest: Rest,
  at: ReleaseAt,
  path: string,
  signal: AbortSignal | undefined,
): Promise<OtherLook> {
  try {
    const object = await readMetadata(rest, path, signal);
    if (!object || !isMarkedAs(at.release, at.namespace, object.metadata)) return 'gone';
    const fields = helmFields(object.metadata);
    return { hands: otherHands(object.metadata), ...(fields !== undefined && { fields }) };
  } catch (error) {
    if (isKubernetesError(error, 'forbidden')) return 'unseen';
    throw error;
  }
}
