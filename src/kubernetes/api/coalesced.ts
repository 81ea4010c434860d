/**
 * Looks that many take at the same time, taken once for all of them.
 *
 * @module
 */
import { perRest } from './per-rest.js';
import type { Rest } from './rest.js';

/** One run for all who ask meanwhile. Each gets a run that began after it asked: nobody is told what was so before. */
export class Coalesced<T> {
  readonly #work: () => Promise<T>;
  #running: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /** @throws whatever the run throws */
  get(): Promise<T> {
    if (!this.#running) return this.#start();
    this.#next ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  #start(): Promise<T> {
    this.#next = undefined;
    const run = this.#work().finally(() => {
      if (this.#running === run) this.#running = undefined;
    });
    this.#running = run;
    return run;
  }
}

/**
 * A look at a namespace, shared by all who take it at the same time. It is nobody's own, so that nobody's signal ends it;
 * a signal ends the waiting.
 */
export function sharedLook<T>(
  look: (rest: Rest, namespace: string) => Promise<T>,
): (rest: Rest, namespace: string, signal?: AbortSignal) => Promise<T> {
  const looks = perRest<Coalesced<T>>();
  return async (rest, namespace, signal) => {
    const ofRest = looks(rest);
    const shared = ofRest.get(namespace) ?? new Coalesced(() => look(rest, namespace));
    ofRest.set(namespace, shared);
    const found = await shared.get();
    signal?.throwIfAborted();
    return found;
  };
}
