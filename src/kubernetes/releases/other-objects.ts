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

/**
 * Those that are there of a release's objects that the look at its namespace does not find, or of which it does not tell whether they
 * are ready.
 *
 * @param rules - what some must say of themselves to be ready
 * @throws KubernetesError
 */
export async function findOtherObjects(
  rest: Rest,
  at: ReleaseAt,
  objects: readonly ManifestObject[],
  rules: readonly ReadyObjects[],
  signal: AbortSignal,
): Promise<OtherObjects> {
  const rulesOf = ({ kind, name }: ManifestObject) =>
    rules.filter((rule) => rule.kind === kind && (rule.name ?? name) === name).map((rule) => rule.for);
  const isSeenWhole = (each: ManifestObject) => isLasting(each, at.namespace) && rulesOf(each).length === 0;
  const named = objects.filter((each) => !finite.has(each.kind) && !isSeenWhole(each));
  const resources = await resourcesFor(rest, named, signal);
  const looks = named.map(async (object): Promise<[string, OtherObject][]> => {
    const resource = resourceOf(resources, object);
    if (!resource) return [];
    const path = pathOf(resource, object.namespace ?? at.namespace, object.name);
    const look = await lookAt(rest, at, { path }, signal);
    if (look === 'gone' || look === 'unseen') return [];
    // Of those that the look at the namespace finds, it tells what another hand changed.
    const fields = isLasting(object, at.namespace) ? undefined : look.fields;
    const ready = rulesOf(object);
    const found = { path, ...defined({ fields, ready: ready.length === 0 ? undefined : ready }) };
    return [[nameIn(at.namespace, object), found]];
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
