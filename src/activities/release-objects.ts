/**
 * The objects of a release, and waiting until they are gone.
 *
 * @module
 */
import { type Resource, pathOf } from '../kubernetes/discovery.js';
import { type FoundObject, takeStock } from '../kubernetes/inventory.js';
import { nameOf } from '../kubernetes/objects.js';
import { hookAnnotation, isKept, isOfRelease, whyStuck } from '../kubernetes/ownership.js';
import { Observer, type Source } from '../kubernetes/watch.js';
import type { Attempt } from './attempt.js';
import type { ResolvedDependencies } from './dependencies.js';
import type { Fence } from './fence/fence.js';
import { terminal } from './failures.js';
import { ProgressDeadline } from './progress-deadline.js';

/**
 * Everything that goes when the release goes: what Helm made, what controllers made of that, and hooks that were
 * left behind. Not what is kept: claims of StatefulSets, and objects that say so.
 *
 * @throws KubernetesError
 */
export async function releaseObjects(
  { kubernetes: { rest } }: ResolvedDependencies,
  { namespace, release }: { readonly namespace: string; readonly release: string },
  signal: AbortSignal,
): Promise<FoundObject[]> {
  const { objects } = await takeStock(rest, namespace, signal);
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

function staysBehind(object: FoundObject): boolean {
  const madeByHelm = object.metadata.annotations?.['meta.helm.sh/release-name'] !== undefined;
  return isKept(object) || (object.resource.kind === 'PersistentVolumeClaim' && !madeByHelm);
}

/**
 * Uninstalls the release and waits until everything of it is gone, hooks included, which Helm makes and forgets.
 *
 * @throws ApplicationFailure `RemoveTimeout`, terminal, naming what is stuck; HelmError; KubernetesError
 */
export async function removeRelease(
  dependencies: ResolvedDependencies,
  at: { readonly namespace: string; readonly release: string },
  { attempt, call, timeout }: Pick<Fence, 'attempt' | 'call'> & { readonly timeout: number },
): Promise<void> {
  const { signal } = attempt;
  const objects = await releaseObjects(dependencies, at, signal);
  await dependencies.helm.uninstall({ ...at, timeout, signal, ...(call ? { fence: call } : {}) });
  await finishRemoval(dependencies, objects, { attempt, timeout });
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

function isHook({ metadata }: FoundObject): boolean {
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
  const uids = new Map(objects.map((each) => [each.metadata.uid, each.resource]));
  const sources = Object.fromEntries(objects.map((each) => [collectionOf(each), sourceOf(each)]));
  const deadline = new ProgressDeadline({ timeout, ticks });
  let fewest = uids.size;
  const observer = await Observer.start(rest, sources, signal);
  try {
    for (;;) {
      const { version } = observer;
      const left = Object.keys(sources)
        .flatMap((key) => observer.list(key))
        .filter(({ metadata }) => uids.has(metadata.uid));
      const [first] = left;
      if (!first) return;
      const resource = uids.get(first.metadata.uid);
      const name = nameOf(resource?.kind ?? 'object', first.metadata);
      if (left.length < fewest) deadline.advanced();
      fewest = Math.min(fewest, left.length);
      if (deadline.isOver) {
        throw terminal({
          type: 'RemoveTimeout',
          message: `still there after ${deadline.described} (${left.length} in all): ${whyStuck(first.metadata)}`,
          where: name,
          details: left
            .slice(0, 20)
            .map(({ metadata }) => nameOf(uids.get(metadata.uid)?.kind ?? 'object', metadata)),
          next: 'see what holds the object (its finalizers, its node), then run the command again',
        });
      }
      tell({
        detail: `waiting for the end of ${name}${left.length > 1 ? ` and ${left.length - 1} more` : ''}`,
      });
      await observer.changed(version, deadline.left);
    }
  } finally {
    observer.close();
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
