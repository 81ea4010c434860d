/**
 * Collections of objects that stay current: list, then watch, and list again whenever the watch ends.
 *
 * @module
 */
import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKubernetesError } from './errors.js';
import type { KubernetesObject, List } from './objects.js';
import { type Query, type Rest, metadataOnly } from './rest.js';

/** Where to look: a collection's path and what to select in it. */
export interface Source {
  /** E.g. `/api/v1/namespaces/bigdata/pods`. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Names, labels, annotations and owners only: where contents are none of our business. */
  readonly metadataOnly?: boolean;
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubernetesObject;
}

/** Seconds until the server ends a watch, so that the list is taken anew: nothing missed stays missed for longer. */
const watchSeconds = 120;

/** Milliseconds; Node lets a longer timer fire at once. */
const longestTimer = 2 ** 31 - 1;

/**
 * Observes several collections at once.
 *
 * A watch that breaks is mended by listing again; a list that fails ends the observation: {@link Observer.changed}
 * rejects, and the caller's retry policy decides.
 */
export class Observer<K extends string> {
  readonly #rest: Rest;
  readonly #objects = new Map<K, Map<string, KubernetesObject>>();
  readonly #stop = new AbortController();
  #failure: { readonly error: unknown } | undefined;
  #version = 0;
  #wake: (() => void) | undefined;

  /** Lists every source once and starts watching. @throws KubernetesError, or the signal's reason. */
  static async start<K extends string>(
    rest: Rest,
    sources: Readonly<Record<K, Source>>,
    signal: AbortSignal,
  ): Promise<Observer<K>> {
    const observer = new Observer<K>(rest, signal);
    const entries = Object.entries(sources) as [K, Source][];
    const versions = await Promise.all(entries.map(([key, source]) => observer.#list(key, source)));
    for (const [index, [key, source]] of entries.entries()) {
      void observer.#follow(key, source, versions[index] ?? '').catch((error: unknown) => {
        observer.#failure ??= { error };
        observer.#changed();
      });
    }
    return observer;
  }

  private constructor(rest: Rest, signal: AbortSignal) {
    this.#rest = rest;
    // As many sources as a release has kinds: no leak.
    setMaxListeners(0, this.#stop.signal);
    const end = () => this.#stop.abort(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true, signal: this.#stop.signal });
  }

  /** The newest known state of a collection. */
  list<T extends KubernetesObject>(key: K): readonly T[] {
    return [...(this.#objects.get(key)?.values() ?? [])] as T[];
  }

  /** Counts changes; pass it to {@link changed} so that none is slept through. */
  get version(): number {
    return this.#version;
  }

  /**
   * Waits until something changed since `version`, or until the time is over (Infinity waits for changes alone).
   *
   * @throws KubernetesError if the observation failed, or the signal's reason.
   */
  async changed(version: number, milliseconds: number): Promise<void> {
    if (this.#version === version && !this.#stop.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(Math.max(0, milliseconds), longestTimer));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#stop.signal.throwIfAborted();
    if (this.#failure) throw this.#failure.error;
  }

  /** Ends all watches. */
  close(): void {
    this.#stop.abort(new Error('the observation has ended'));
  }

  #changed(): void {
    this.#version++;
    this.#wake?.();
    this.#wake = undefined;
  }

  async #list(key: K, source: Source): Promise<string> {
    const list = await listAll<KubernetesObject>(this.#rest, source, this.#stop.signal);
    this.#objects.set(key, new Map(list.items.map((each) => [identity(each), each])));
    this.#changed();
    return list.metadata.resourceVersion ?? '';
  }

  async #follow(key: K, source: Source, first: string): Promise<never> {
    for (let resourceVersion = first; ; resourceVersion = await this.#list(key, source)) {
      try {
        await this.#watch(key, source, resourceVersion);
      } catch (error) {
        this.#stop.signal.throwIfAborted();
        if (isKubernetesError(error, 'forbidden', 'unauthorized', 'notFound')) throw error;
        // Broken, not ended: a breath before the list, lest a server that refuses watches is flooded.
        await sleep(1_000, undefined, { signal: this.#stop.signal });
      }
      this.#stop.signal.throwIfAborted();
    }
  }

  async #watch(key: K, source: Source, resourceVersion: string): Promise<void> {
    const answer = await this.#rest.stream({
      path: source.path,
      query: { ...selectors(source), watch: true, resourceVersion, timeoutSeconds: watchSeconds },
      ...(source.metadataOnly === true ? { accept: metadataOnly.one } : {}),
      signal: this.#stop.signal,
    });
    const objects = this.#objects.get(key) ?? new Map<string, KubernetesObject>();
    for await (const line of lines(answer)) {
      const event = JSON.parse(line) as WatchEvent;
      if (event.type === 'ERROR') return;
      if (event.type === 'BOOKMARK') continue;
      if (event.type === 'DELETED') objects.delete(identity(event.object));
      else objects.set(identity(event.object), event.object);
      this.#changed();
    }
  }
}

/** Lines as they come. (Of `node:readline`, an error of its input escapes as an uncaught exception.) */
async function* lines(answer: IncomingMessage): AsyncGenerator<string> {
  answer.setEncoding('utf8');
  let rest = '';
  for await (const chunk of answer) {
    const parts = (rest + (chunk as string)).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((part) => part !== '');
  }
}

/** Lists a collection, page by page. @throws KubernetesError, or the signal's reason. */
export async function listAll<T extends KubernetesObject>(
  rest: Rest,
  source: Source,
  signal?: AbortSignal,
): Promise<List<T>> {
  const items: T[] = [];
  let metadata: List<T>['metadata'] = {};
  let next: string | undefined;
  do {
    // An empty list of metadata comes as `null`.
    const page = await rest.json<Omit<List<T>, 'items'> & { readonly items: readonly T[] | null }>({
      path: source.path,
      query: { ...selectors(source), limit: 500, continue: next },
      ...(source.metadataOnly === true ? { accept: metadataOnly.list } : {}),
      ...(signal === undefined ? {} : { signal }),
    });
    items.push(...(page.items ?? []));
    metadata = page.metadata;
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return { metadata, items };
}

function selectors({ labelSelector, fieldSelector }: Source): Query {
  return { labelSelector, fieldSelector };
}

function identity({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
