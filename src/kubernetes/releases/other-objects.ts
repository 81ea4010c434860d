/**
 * Objects of a release beyond those that a look at its namespace finds: custom resources, what has no namespace, and what lies in
 * another one. They are few, and each is asked for by itself.
 *
 * @module
 */
import { type Resource, basePathOf, pathOf, resourceOf, resourcesOf } from '../api/discovery.js';
import { isKubernetesError, unlessAbsent } from '../api/errors.js';
import type { KubernetesObject } from '../api/objects.js';
import { type Rest, metadataOnly } from '../api/rest.js';
import { helmFields, otherHands } from './field-ownership.js';
import { lastingKindOf, lastingKinds } from './lasting-kinds.js';
import { isMarkedAs } from './ownership.js';
import { type ManifestObject, objectsIn } from './release-contents.js';

/** What is remembered of each, by {@link nameOf}. */
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
const finite = ['Job', 'Pod'];

const knownKind = new RegExp(
  `^kind: *["']?(${[...lastingKinds.map(({ kind }) => kind), ...finite].join('|')})["']? *$`,
  'm',
);
const knownGroup = /^apiVersion: *["']?([a-z]+\/\w+|\w+|[\w.]+\.k8s\.io\/\w+)["']? *$/m;

/** True for a document that names no namespace, and nothing that the look at one does not find. */
function isPlain(document: string): boolean {
  return knownKind.test(document) && knownGroup.test(document) && !/^\s+["']?namespace["']?:/m.test(document);
}

/** The other objects that a manifest names and that are there. @throws KubernetesError */
export async function findOtherObjects(
  rest: Rest,
  at: ReleaseAt,
  manifest: string,
  signal: AbortSignal,
): Promise<OtherObjects> {
  const named = objectsIn(manifest, (document) => !isPlain(document)).filter(
    ({ apiVersion, kind, namespace = at.namespace }) =>
      !finite.includes(kind) && (namespace !== at.namespace || lastingKindOf(kind, apiVersion) === undefined),
  );
  const resources = await resourcesFor(rest, named, signal);
  const looks = named.map(async (object): Promise<[string, OtherObject][]> => {
    const resource = resourceOf(resources, object);
    if (!resource) return [];
    const path = pathOf(resource, object.namespace ?? at.namespace, object.name);
    const look = await lookAt(rest, at, path, signal);
    if (look === 'gone' || look === 'unseen') return [];
    return [[nameOf(object, at), { path, ...(look.fields !== undefined && { fields: look.fields }) }]];
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

async function resourcesFor(
  rest: Rest,
  objects: readonly ManifestObject[],
  signal: AbortSignal,
): Promise<readonly Resource[]> {
  const bases = new Set(objects.map(({ apiVersion }) => basePathOf(apiVersion)));
  return (await Promise.all([...bases].map((base) => resourcesOf(rest, base, signal)))).flat();
}

/** One that belongs to another release, or to none, is not the release's any more. */
async function lookAt(
  rest: Rest,
  at: ReleaseAt,
  path: string,
  signal: AbortSignal | undefined,
): Promise<OtherLook> {
  const request = { path, accept: metadataOnly.one, ...(signal && { signal }) };
  try {
    const object = await unlessAbsent(() => rest.json<KubernetesObject>(request));
    if (!object || !isMarkedAs(at.release, at.namespace, object.metadata)) return 'gone';
    const fields = helmFields(object.metadata);
    return { hands: otherHands(object.metadata), ...(fields !== undefined && { fields }) };
  } catch (error) {
    if (isKubernetesError(error, 'forbidden')) return 'unseen';
    throw error;
  }
}

/** For people: `ClusterRole/minio`, `Role/reader in kube-system`. */
function nameOf({ kind, name, namespace }: ManifestObject, at: ReleaseAt): string {
  const elsewhere = namespace === undefined || namespace === at.namespace ? '' : ` in ${namespace}`;
  return `${kind}/${name}${elsewhere}`;
}
