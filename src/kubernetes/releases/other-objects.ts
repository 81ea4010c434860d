/**
 * Objects of a release beyond those that a look at its namespace finds: custom resources, what has no namespace, and what lies in
 * another one. They are few, and each is asked for by itself.
 *
 * @module
 */
import { pathOf, resourceOf, resourcesFor } from '../api/discovery.js';
import { defined } from '../../util/defined.js';
import { isKubernetesError, unlessAbsent } from '../api/errors.js';
import type { Rest } from '../api/rest.js';
import { type ConditionedObject, type Unready, unreadyOf } from './conditions.js';
import { helmFields, otherHands } from './field-ownership.js';
import { isLasting } from './lasting-kinds.js';
import { isMarkedAs } from './ownership.js';
import type { ReadyObjects } from '../../stack/plan/plan-types.js';
import { type ManifestObject, nameIn } from './release-contents.js';

/** What is remembered of each, by {@link nameIn}. */
export type OtherObjects = Readonly<Record<string, OtherObject>>;

export interface OtherObject {
  /** Of the API server. */
  readonly path: string;
  /** Digest of the fields that are Helm's; absent if the server remembers none. */
  readonly fields?: string;
  /** What it must say of itself to be ready, as `kubectl wait --for` takes it. */
  readonly ready?: readonly string[];
}

/** What is there of each now; `unseen`: it may not be looked at. */
export type OthersLook = Readonly<Record<string, OtherLook>>;

export type OtherLook =
  | 'gone'
  | 'unseen'
  | { readonly fields?: string; readonly hands: string; readonly unready?: Unready };

/** A release, and where it is. */
export interface ReleaseAt {
  readonly namespace: string;
  readonly release: string;
}

/** Kinds whose objects may vanish when they are done. */
const finite = new Set(['Job', 'Pod']);

/** One of a release's objects, by {@link nameIn}, before anybody looked at it. */
interface NamedObject extends Pick<OtherObject, 'path' | 'ready'> {
  readonly name: string;
  /** The look at the namespace tells what another hand changed of it. */
  readonly isLasting: boolean;
}

/**
 * A release's objects that the look at its namespace does not find, or of which it does not tell whether they are ready; without
 * looking at them.
 *
 * @param rules - what some must say of themselves to be ready
 * @throws KubernetesError
 */
export async function nameOtherObjects(
  rest: Rest,
  at: ReleaseAt,
  objects: readonly ManifestObject[],
  rules: readonly ReadyObjects[],
  signal: AbortSignal,
): Promise<NamedObject[]> {
  const all = objects
    .filter(({ kind }) => !finite.has(kind))
    .map((object) => {
      const own = rules.filter(
        ({ kind, name = object.name }) => kind === object.kind && name === object.name,
      );
      return { object, ready: own.map((rule) => rule.for), isLasting: isLasting(object, at.namespace) };
    })
    .filter((each) => !each.isLasting || each.ready.length > 0);
  const resources = await resourcesFor(
    rest,
    all.map(({ object }) => object),
    signal,
  );
  return all.flatMap(({ object, ready, isLasting: lasting }) => {
    const resource = resourceOf(resources, object);
    if (!resource) return [];
    const path = pathOf(resource, object.namespace ?? at.namespace, object.name);
    const name = nameIn(at.namespace, object);
    return [{ name, path, isLasting: lasting, ...(ready.length > 0 && { ready }) }];
  });
}

/** Those of them that are there. @throws KubernetesError */
export async function findOtherObjects(
  rest: Rest,
  at: ReleaseAt,
  objects: readonly ManifestObject[],
  rules: readonly ReadyObjects[],
  signal: AbortSignal,
): Promise<OtherObjects> {
  const named = await nameOtherObjects(rest, at, objects, rules, signal);
  const looks = named.map(
    async ({ name, isLasting: lasting, ...other }): Promise<[string, OtherObject][]> => {
      const look = await lookAt(rest, at, other, signal);
      if (look === 'gone' || look === 'unseen') return [];
      return [[name, { ...other, ...defined({ fields: lasting ? undefined : look.fields }) }]];
    },
  );
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
    async ([name, other]) => [name, await lookAt(rest, at, other, signal)] as const,
  );
  return Object.fromEntries(await Promise.all(looks));
}

/** One that belongs to another release, or to none, is not the release's any more. */
async function lookAt(
  rest: Rest,
  at: ReleaseAt,
  { path, ready }: Pick<OtherObject, 'path' | 'ready'>,
  signal: AbortSignal | undefined,
): Promise<OtherLook> {
  try {
    const object = await unlessAbsent(() =>
      rest.json<ConditionedObject>({ path, ...(signal && { signal }) }),
    );
    if (!object || !isMarkedAs(at.release, at.namespace, object.metadata)) return 'gone';
    return {
      hands: otherHands(object.metadata),
      ...defined({ fields: helmFields(object.metadata), unready: unreadyOf(object, ready) }),
    };
  } catch (error) {
    if (isKubernetesError(error, 'forbidden')) return 'unseen';
    throw error;
  }
}
