/**
 * How long a process that was just started is waited for: as long as it advances, which a slow machine does slowly.
 *
 * @module
 */

export interface PatienceOptions {
  /** Milliseconds in which the process must gain some processor time, or it counts as stuck. */
  readonly quiet: number;
  /** Milliseconds after which even one that is busy is given up; fifteen times `quiet` if left out. */
  readonly limit?: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly clock?: () => number;
}

/** Of `quiet`, what a process must have worked to count as advancing: an idle one has some tenths of a percent. */
const share = 0.01;

/** Starts counting when it is made. */
export class Patience {
  readonly #quiet: number;
  readonly #limit: number;
  readonly #clock: () => number;
  readonly #start: number;
  #mark: { readonly at: number; readonly worked: number } | undefined;

  constructor({ quiet, limit = 15 * quiet, clock = () => performance.now() }: PatienceOptions) {
    this.#quiet = quiet;
    this.#limit = limit;
    this.#clock = clock;
    this.#start = clock();
  }

  /** Whole seconds since it began. */
  get seconds(): number {
    return Math.round((this.#clock() - this.#start) / 1000);
  }

  /** @param worked - processor time that the process has had so far, in milliseconds */
  isOver(worked: number): boolean {
    const now = this.#clock();
    if (this.#mark === undefined || worked - this.#mark.worked >= share * this.#quiet) {
      this.#mark = { at: now, worked };
    }
    return now - this.#mark.at > this.#quiet || now - this.#start > this.#limit;
  }
}
