/** @module */
import { isKubernetesError } from '../../kubernetes/api/errors.js';
import { lineKind, progressIn } from '../../kubernetes/diagnose/progress.js';
import { rawLog } from '../../kubernetes/api/logs.js';
import type { Pod } from '../../kubernetes/api/objects.js';
import type { Rest } from '../../kubernetes/api/rest.js';

/** Log lines that a look takes in: a program that writes more in a fifth of a time-out has said what it has to say among them. */
const lines = 500;

/** Kinds of lines that are remembered of a wait; a program that has more of them is not taken at its word any more. */
const mostKinds = 20_000;

/**
 * Hears from the logs of containers that run whether their programs get on: whether they write lines of another kind than before, or
 * say that they are further than ever.
 */
export class LogProgress {
  readonly #kinds = new Set<string>();
  /** How far the containers of pods have been, by their own word. */
  readonly #furthest = new Map<string, number>();

  readonly #rest: Rest;
  readonly #signal: AbortSignal;

  constructor(rest: Rest, signal: AbortSignal) {
    this.#rest = rest;
    this.#signal = signal;
  }

  /** True if one of the pods has written something new since the last look. @throws KubernetesError */
  async advanced(pods: readonly Pod[]): Promise<boolean> {
    const running = pods.flatMap((pod) =>
      [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
        .filter(({ state }) => state?.running !== undefined)
        .map(({ name }) => ({ pod, container: name })),
    );
    const heard = await Promise.all(running.map(({ pod, container }) => this.#hear(pod, container)));
    return heard.includes(true);
  }

  async #hear({ metadata }: Pod, container: string): Promise<boolean> {
    const { name, namespace = '', uid = name } = metadata;
    try {
      const log = await rawLog(this.#rest, { namespace, pod: name, container, lines, signal: this.#signal });
      const before = this.#kinds.size;
      const program = `${uid} ${container}`;
      const furthest = this.#furthest.get(program) ?? -1;
      let now = furthest;
      for (const line of log.split('\n')) {
        now = Math.max(now, progressIn(line) ?? -1);
        if (line.trim() !== '' && this.#kinds.size < mostKinds)
          this.#kinds.add(`${container} ${lineKind(line)}`);
      }
      this.#furthest.set(program, now);
      return now > furthest || this.#kinds.size > before;
    } catch (error) {
      // It has just ended, or its node does not answer: no news.
      if (isKubernetesError(error, 'notFound', 'invalid', 'server')) return false;
      throw error;
    }
  }
}
