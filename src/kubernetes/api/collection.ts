/**
 * A collection of objects that stays current: list, then watch, and list again whenever the watch ends.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKubernetesError } from './errors.js';
import { type Source, listAll, selectors } from './list.js';
import type { KubernetesObject } from './objects.js';
import { type Rest, metadataOnly } from './rest.js';

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubernetesObject;
}

/** Seconds until the server ends a watch, so that the list is taken anew: nothing missed stays missed for longer. */
const watchSeconds = 120;

/** One list and one watch, for as many as want to know. */
export class Collection {
  readonly #rest: Rest;
  readonly #source: Source;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #objects = new Map<string, KubernetesObject>();
  #failure: { readonly error: unknown } | undefined;

  /** Fulfilled when it was listed for the first time. Rejects with KubernetesError, or the reason of {@link close}. */
  readonly listed: Promise<void>;

  /** Starts at once. */
  constructor(rest: Rest, source: Source) {
    this.#rest = rest;
    this.#source = source;
    this.listed = this.#start();
  }

  /** The newest known state. */
  get objects(): ReadonlyMap<string, KubernetesObject> {
    return this.#objects;
  }

  /** Why it is no longer current: a list failed, or is not allowed. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Calls back at every change and failure, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the watch. */
  close(reason: unknown = new Error('the observation has ended')): void {
    this.#stop.abort(reason);
  }

  async #start(): Promise<void> {
    const version = await this.#list();
    void this.#follow(version).catch((error: unknown) => {
      this.#failure ??= { error };
      this.#changed();
    });
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #list(): Promise<string> {
    const list = await listAll<KubernetesObject>(this.#rest, this.#source, this.#stop.signal);
    this.#objects = new Map(list.items.map((each) => [identity(each), each]));
    this.#changed();
    return list.metadata.resourceVersion ?? '';
  }

  async #follow(first: string): Promise<never> {
    for (let resourceVersion = first; ; resourceVersion = await this.#list()) {
      try {
        await this.#watch(resourceVersion);
      } catch (error) {
        this.#stop.signal.throwIfAborted();
        if (isKubernetesError(error, 'forbidden', 'unauthorized', 'notFound')) throw error;
        // Broken, not ended: a breath before the list, lest a server that refuses watches is flooded.
        await sleep(1_000, undefined, { signal: this.#stop.signal });
      }
      this.#stop.signal.throwIfAborted();
    }
  }

  async #watch(resourceVersion: string): Promise<void> {
    const answer = await this.#rest.stream({
      path: this.#source.path,
      query: { ...selectors(this.#source), watch: true, resourceVersion, timeoutSeconds: watchSeconds },
      ...(this.#source.metadataOnly === true ? { accept: metadataOnly.one } : {}),
      signal: this.#stop.signal,
    });
    for await (const line of lines(answer)) {
      const event = JSON.parse(line) as WatchEvent;
      if (event.type === 'ERROR') return;
      if (event.type === 'BOOKMARK') continue;
      if (event.type === 'DELETED') this.#objects.delete(identity(event.object));
      else this.#objects.set(identity(event.object), event.object);
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

function identity({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
