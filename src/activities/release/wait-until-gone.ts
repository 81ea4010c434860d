/**
 * Deleting objects, and waiting until they are gone.
 *
 * @module
 */
import { type Resource, pathOf } from '../../kubernetes/api/discovery.js';
import { readMetadata } from '../../kubernetes/api/metadata.js';
import type { FoundObject } from '../../kubernetes/releases/inventory.js';
import type { Source } from '../../kubernetes/api/list.js';
import { type KubernetesObject, nameOf } from '../../kubernetes/api/objects.js';
import { whyStuck } from '../../kubernetes/releases/ownership.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import { Observer } from '../../kubernetes/api/watch.js';
import type { Attempt } from '../attempt.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { ProgressDeadline } from '../ready/progress-deadline.js';

/**
 * Watches until none of the objects exists.
 *
 * @throws ApplicationFailure `RemoveTimeout`, non-retryable, naming what is stuck; KubernetesError
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
        throw nonRetryable({
          type: 'RemoveTimeout',
          message: `still there after ${deadline.described} (${left.length} in all): ${whyStuck(first.metadata)}`,
          where: name,
          details: left.slice(0, 20).map(({ resource, metadata }) => nameOf(resource.kind, metadata)),
          next: 'release what holds the object (a finalizer, a node), then run the command again',
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
    const now = await readMetadata(this.#rest, path, signal);
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
