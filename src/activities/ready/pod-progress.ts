/** @module */
import { Milestones, isPulling } from '../../kubernetes/diagnose/progress.js';
import type { ClusterEvent, Pod } from '../../kubernetes/api/objects.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import { LogProgress } from './log-progress.js';
import { ProgressDeadline, type ProgressDeadlineOptions } from './progress-deadline.js';

/** What is to be seen at one moment of the pods that are waited for. */
export interface PodsSeen {
  readonly pods: readonly Pod[];
  /** Those of them that have some way to go. */
  readonly unfinished: readonly Pod[];
  readonly events: readonly ClusterEvent[];
  /** What controllers say of other objects that are waited for with them. */
  readonly said?: readonly string[];
}

/** The time-out of pods that are waited for: it begins anew when they come further, pull images, or their programs have something new to say. */
export class PodProgress {
  readonly deadline: ProgressDeadline;
  readonly #milestones = new Milestones();
  readonly #logs: LogProgress;
  readonly #said = new Set<string>();
  /** What was there when an attempt before was killed is no progress of this one. */
  #resumes: boolean;

  constructor(rest: Rest, signal: AbortSignal, options: ProgressDeadlineOptions) {
    this.deadline = new ProgressDeadline(options);
    this.#logs = new LogProgress(rest, signal);
    this.#resumes = options.previous?.spent !== undefined;
  }

  /** Takes a look; at the logs only now and then, and before the time is over. @throws KubernetesError */
  async look({ pods, unfinished, events, said = [] }: PodsSeen): Promise<void> {
    const isNews = said.some((each) => !this.#said.has(each));
    for (const each of said) this.#said.add(each);
    const further = this.#milestones.advanced(pods) || isNews;
    if (this.#resumes) {
      this.#resumes = false;
      await this.#logs.advanced(unfinished);
      return;
    }
    if (further) this.deadline.advanced();
    if (!this.deadline.wantsLook()) return;
    const heard = await this.#logs.advanced(unfinished);
    if (heard || unfinished.some((pod) => isPulling(pod, events))) this.deadline.advanced();
  }
}
