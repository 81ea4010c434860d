/**
 * The objects of a release, and waiting until they are gone.
 *
 * @module
 */
import { type Resource, basePathOf, pathOf, resourceOf, resourcesOf } from '../kubernetes/discovery.js';
import type { FoundObject } from '../kubernetes/inventory.js';
import { nameOf } from '../kubernetes/objects.js';
import { releaseAnnotation } from '../kubernetes/diagnose/release.js';
import { hookAnnotation, isKept, isOfRelease, whyStuck } from '../kubernetes/ownership.js';
import type { Source } from '../kubernetes/list.js';
import { type Rest, metadataOnly } from '../kubernetes/rest.js';
import { unlessAbsent } from '../kubernetes/errors.js';
import type { KubernetesObject } from '../kubernetes/objects.js';
import { type ManifestObject, readHooks } from '../kubernetes/release-contents.js';
import type { Release } from '../kubernetes/releases.js';
import { Observer } from '../kubernetes/watch.js';
import type { Attempt } from './attempt.js';
import type { ResolvedDependencies } from './dependencies.js';
import type { Fence } from './fence/fence.js';
import { terminal } from './failures.js';
import { operationStock } from './operation-stock.js';
import { ProgressDeadline } from './progress-deadline.js';

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
  const [stock, made] = await Promise.all([
    operationStock(rest, namespace, operation, signal),
    madeByControllers(rest, namespace, signal),
  ]);
  const objects = [...new Map([...stock.objects, ...made].map((each) => [each.metadata.uid, each])).values()];
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

/**
 * Uninstalls the release and waits until everything of it is gone, hooks included, which Helm makes and forgets.
 *
 * @throws ApplicationFailure `RemoveTimeout`, terminal, naming what is stuck; HelmError; KubernetesError
 */
export async function removeRelease(
  dependencies: ResolvedDependencies,
  at: ReleaseToRemove & Pick<Release, 'secret'>,
  { attempt, call, timeout }: Pick<Fence, 'attempt' | 'call'> & { readonly timeout: number },
): Promise<void> {
  const { signal } = attempt;
  const { rest } = dependencies.kubernetes;
  const { namespace, release } = at;
  const objects = await releaseObjects(dependencies, at, signal);
  const hooks = await readHooks(rest, namespace, at.secret, signal);
  await dependencies.helm.uninstall({
    namespace,
    release,
    timeout,
    signal,
    ...(call ? { fence: call } : {}),
  });
  // Some a chart makes only now, and some have no label by which they are found.
  const left = await hooksLeft(rest, namespace, hooks, signal);
  await finishRemoval(dependencies, [...objects, ...left], { attempt, timeout });
}

/** Those of a release's hooks that are there. An object of that name that is no hook is somebody else's. */
async function hooksLeft(
  rest: Rest,
  namespace: string,
  hooks: readonly ManifestObject[],
  signal: AbortSignal,
): Promise<FoundObject[]> {
  const bases = new Set(hooks.map(({ apiVersion }) => basePathOf(apiVersion)));
  const resources = (await Promise.all([...bases].map((base) => resourcesOf(rest, base, signal)))).flat();
  const found = hooks.map(async (hook) => {
    const resource = resourceOf(resources, hook);
    if (resource === undefined) return [];
    const path = pathOf(resource, hook.namespace ?? namespace, hook.name);
    const request = { path, accept: metadataOnly.one, signal };
    const there = await unlessAbsent(() => rest.json<KubernetesObject>(request));
    return there && isHook(there) && !isKept(there) ? [{ resource, metadata: there.metadata }] : [];
  });
  return (await Promise.all(found)).flat();
}

/**
 * Takes away what Helm leaves when it removes a release, and waits for the end of all of it.
 *
 * @param objects of the release, as {@link releaseObjects} finds them
 * @throws ApplicationFailure `RemoveTimeout`, terminal, naming what is stuck; KubernetesError
 */
export async function finishRemoval(
  dependencies: ResolvedDependencies,
  objects: readonly FoundObject[],
  { attempt, timeout }: { readonly attempt: Pick<Attempt, 'signal' | 'tell'>; readonly timeout: number },
): Promise<void> {
  const { signal } = attempt;
  for (const hook of objects.filter(isHook)) await deleteObject(dependencies, hook, signal);
  await waitUntilGone(dependencies, objects, { ...attempt, timeout });
}

function isHook({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[hookAnnotation] !== undefined;
}

/**
 * Watches until none of the objects exists.
 *
 * @throws ApplicationFailure `RemoveTimeout`, terminal, naming what is stuck; KubernetesError
 */
export async function waitUntilGone(
  { kubernetes: { rest }, ticks }: ResolvedDependencies,
  objects: readonly FoundObject[],
  { signal, tell, timeout }: Pick<Attempt, 'signal' | 'tell'> & { readonly timeout: number },
): Promise<void> {
  if (objects.length === 0) return;
  const sources = Object.fromEntries(objects.map((each) => [collectionOf(each), sourceOf(each)]));
  const deadline = new ProgressDeadline({ timeout, ticks });
  let fewest = objects.length;
  const observer = await Observer.start(rest, sources, signal, { shared: true });
  const vanishing = new Vanishing(rest, objects);
  try {
    for (;;) {
      const { version } = observer;
      const left = await vanishing.left((object) => observer.list(collectionOf(object)), signal);
      const [first] = left;
      if (!first) return;
      const name = nameOf(first.resource.kind, first.metadata);
      if (left.length < fewest) deadline.advanced();
      fewest = Math.min(fewest, left.length);
      if (deadline.isOver) {
        throw terminal({
          type: 'RemoveTimeout',
          message: `still there after ${deadline.described} (${left.length} in all): ${whyStuck(first.metadata)}`,
          where: name,
          details: left.slice(0, 20).map(({ resource, metadata }) => nameOf(resource.kind, metadata)),
          next: 'see what holds the object (its finalizers, its node), then run the command again',
        });
      }
      tell({
        detail: `waiting for the end of ${name}${left.length > 1 ? ` and ${left.length - 1} more` : ''}`,
      });
      await observer.changed(version, Math.min(deadline.left, longestPause));
    }
  } finally {
    observer.close();
  }
}

/** Milliseconds after which it looks again although nothing was seen to change. */
const longestPause = 1_000;

/** Which of some objects are there still. */
class Vanishing {
  readonly #rest: Rest;
  readonly #left: Map<string | undefined, FoundObject>;
  /** Those that the watches have shown: when one of them is no longer shown, it is gone. */
  readonly #shown = new Set<string | undefined>();

  constructor(rest: Rest, objects: readonly FoundObject[]) {
    this.#rest = rest;
    this.#left = new Map(objects.map((each) => [each.metadata.uid, each]));
  }

  /**
   * Asks the server itself for what the watches have never shown, which may lag behind; once nothing else is left.
   *
   * @param shown - the newest known state of an object's collection
   * @returns those that are there, as they are now
   * @throws KubernetesError
   */
  async left(
    shown: (object: FoundObject) => readonly KubernetesObject[],
    signal: AbortSignal,
  ): Promise<FoundObject[]> {
    const there: FoundObject[] = [];
    const byCollection = new Map<string, Map<string | undefined, KubernetesObject>>();
    for (const [uid, each] of this.#left) {
      const path = collectionOf(each);
      const current =
        byCollection.get(path) ?? new Map(shown(each).map((one) => [one.metadata.uid, one] as const));
      byCollection.set(path, current);
      const now = current.get(uid);
      if (now) {
        this.#shown.add(uid);
        there.push({ resource: each.resource, metadata: now.metadata });
      } else if (this.#shown.has(uid)) {
        this.#left.delete(uid);
      }
    }
    if (there.length > 0) return there;
    const asked = await Promise.all([...this.#left.values()].map((each) => this.#ask(each, signal)));
    return asked.flat();
  }

  async #ask({ resource, metadata }: FoundObject, signal: AbortSignal): Promise<FoundObject[]> {
    const path = pathOf(resource, metadata.namespace, metadata.name);
    const request = { path, accept: metadataOnly.one, signal };
    const now = await unlessAbsent(() => this.#rest.json<KubernetesObject>(request));
    if (now && now.metadata.uid === metadata.uid) return [{ resource, metadata: now.metadata }];
    this.#left.delete(metadata.uid);
    return [];
  }
}

function collectionOf({ resource, metadata }: FoundObject): string {
  return pathOf(resource, metadata.namespace);
}

function sourceOf(object: FoundObject): Source {
  return { path: collectionOf(object), metadataOnly: true };
}

/** Asks for the object's deletion, in the background; fine if it is gone. @throws KubernetesError */
export async function deleteObject(
  { kubernetes: { rest } }: ResolvedDependencies,
  { resource, metadata }: { readonly resource: Resource; readonly metadata: FoundObject['metadata'] },
  signal: AbortSignal,
): Promise<void> {
  await rest.deleteIfThere(pathOf(resource, metadata.namespace, metadata.name), metadata.uid, signal);
}
