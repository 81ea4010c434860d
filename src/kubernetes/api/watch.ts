/**
 * Several collections as one.
 *
 * @module
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Collection } from './collection.js';
import type { Source } from './list.js';
import type { KubernetesObject } from './objects.js';
import type { Rest } from './rest.js';
import { type Borrowed, borrowCollection } from './shared-collections.js';

/** Milliseconds; Node lets a longer timer fire at once. */
const longestTimer = 2 ** 31 - 1;

/** Milliseconds between two looks of one observer at collections in which much of others changes. */
const breath = 50;

export interface ObserverOptions {
  /**
   * Watches what others watch, too, instead of listing anew. What was written before it started may not be seen yet: who
   * needs that compares versions.
   */
  readonly shared?: boolean;
}

/**
 * Observes several collections at once.
 *
 * A watch that breaks is recovered by listing again; a list that fails ends the observation: {@link Observer.changed}
 * rejects, and the caller's retry policy decides.
 */
export class Observer<K extends string> {
  readonly #collections: ReadonlyMap<K, Borrowed>;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #stop = new AbortController();
  readonly #breath: number;
  #looked = -Infinity;
  #version = 0;
  #wake: (() => void) | undefined;

  /** Lists every source once and starts watching. @throws KubernetesError, or the signal's reason. */
  static async start<K extends string>(
    rest: Rest,
    sources: Readonly<Record<K, Source>>,
    signal: AbortSignal,
    { shared = false }: ObserverOptions = {},
  ): Promise<Observer<K>> {
    signal.throwIfAborted();
    const entries = Object.entries(sources) as [K, Source][];
    const observer = new Observer<K>(
      new Map(
        entries.map(([key, source]) => [key, shared ? borrowCollection(rest, source) : own(rest, source)]),
      ),
      signal,
      shared ? breath : 0,
    );
    await observer.#listed();
    return observer;
  }

  private constructor(collections: ReadonlyMap<K, Borrowed>, signal: AbortSignal, pause: number) {
    this.#collections = collections;
    this.#breath = pause;
    this.#unsubscribe = [...collections.values()].map(({ collection }) =>
      collection.subscribe(() => this.#changed()),
    );
    // As many sources as a release has kinds: no leak.
    setMaxListeners(0, this.#stop.signal);
    const end = () => this.#end(signal.reason);
    signal.addEventListener('abort', end, { once: true, signal: this.#stop.signal });
  }

  /** The newest known state of a collection. */
  list<T extends KubernetesObject>(key: K): readonly T[] {
    return [...(this.#collections.get(key)?.collection.objects.values() ?? [])] as T[];
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
    const pause = this.#looked + this.#breath - performance.now();
    if (pause > 0) await sleep(Math.min(pause, milliseconds));
    if (this.#version === version && !this.#stop.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(Math.max(0, milliseconds), longestTimer));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#looked = performance.now();
    this.#stop.signal.throwIfAborted();
    for (const { collection } of this.#collections.values())
      if (collection.failure) throw collection.failure.error;
  }

  /** Ends the observation. */
  close(): void {
    this.#end(new Error('the observation has ended'));
  }

  async #listed(): Promise<void> {
    const { signal } = this.#stop;
    const stopped = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    stopped.catch(() => {});
    try {
      const all = [...this.#collections.values()].map(({ collection }) => collection.listed);
      await Promise.race([Promise.all(all), stopped]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #changed(): void {
    this.#version++;
    this.#wake?.();
    this.#wake = undefined;
  }

  #end(reason: unknown): void {
    if (this.#stop.signal.aborted) return;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const { giveBack } of this.#collections.values()) giveBack();
    this.#stop.abort(reason);
    this.#changed();
  }
}

function own(rest: Rest, source: Source): Borrowed {
  const collection = new Collection(rest, source);
  collection.listed.catch(() => {});
  return { collection, giveBack: () => collection.close() };
}
