/**
 * A time-out that begins anew whenever something advances.
 *
 * @module
 */
import { longest } from '../../stack/operation/progress-limit.js';
import type { Heartbeat } from '../contract.js';

export interface ProgressDeadlineOptions {
  /** Milliseconds for which nothing may advance. */
  readonly timeout: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly ticks: () => number;
  /** What an attempt that was killed had used up. */
  readonly previous?: Pick<Heartbeat, 'spent' | 'waited'>;
}

/** Of the time-out: how often it is worth a request to find out whether something advanced. */
const looks = 5;

/** Starts counting when it is made. */
export class ProgressDeadline {
  readonly #timeout: number;
  readonly #ticks: () => number;
  readonly #start: number;
  #advanced: number;
  #looked: number;

  constructor({ timeout, ticks, previous = {} }: ProgressDeadlineOptions) {
    const { spent = 0, waited = spent } = previous;
    const now = ticks();
    this.#timeout = timeout;
    this.#ticks = ticks;
    this.#start = now - waited;
    this.#advanced = now - spent;
    this.#looked = now;
  }

  /** Something has advanced. */
  advanced(): void {
    this.#advanced = this.#ticks();
    this.#looked = this.#advanced;
  }

  /**
   * True if it is time to look for progress where that takes a request; always before the time is over.
   *
   * The next look is due a fifth of the time-out after this one.
   */
  wantsLook(): boolean {
    const now = this.#ticks();
    if (now - this.#looked < this.#timeout / looks && !this.isOver) return false;
    this.#looked = now;
    return true;
  }

  get isOver(): boolean {
    return this.#quiet >= this.#timeout || this.#waited >= longest(this.#timeout);
  }

  /** Milliseconds until the next look is due, or the time is over. */
  get left(): number {
    const quiet = this.#timeout - this.#quiet;
    const look = this.#looked + this.#timeout / looks - this.#ticks();
    return Math.max(0, Math.min(quiet, look, longest(this.#timeout) - this.#waited));
  }

  /** For the next attempt. */
  get used(): Pick<Heartbeat, 'spent' | 'waited'> {
    return { spent: Math.round(this.#quiet), waited: Math.round(this.#waited) };
  }

  /** For people: `300 s`, or with the part in which nothing advanced. */
  get described(): string {
    const [waited, quiet] = [this.#waited, this.#quiet].map((each) => Math.round(each / 1_000));
    if (this.#quiet < this.#timeout) return `${waited} s, though it still makes progress`;
    return waited === quiet ? `${waited} s` : `${waited} s, the last ${quiet} s without progress`;
  }

  get #quiet(): number {
    return this.#ticks() - this.#advanced;
  }

  get #waited(): number {
    return this.#ticks() - this.#start;
  }
}
