/**
 * The clock of this process, as whoever sets the machine's clock would change it.
 *
 * @module
 */
export class SettableDate {
  readonly #real: DateConstructor;
  #ahead = 0;
  timesSet = 0;

  private constructor(real: DateConstructor) {
    this.#real = real;
  }

  /** Takes the place of `Date` until {@link restore}. */
  static install(): SettableDate {
    const real = globalThis.Date;
    const clock = new SettableDate(real);
    const now = () => real.now() + clock.#ahead;
    globalThis.Date = new Proxy(real, {
      construct: (target, args: readonly unknown[]) =>
        Reflect.construct(target, args.length === 0 ? [now()] : args) as Date,
      get: (target, member) => (member === 'now' ? now : (Reflect.get(target, member) as unknown)),
    });
    return clock;
  }

  /** @param milliseconds by which it is ahead from now on */
  set(milliseconds: number): void {
    this.#ahead = milliseconds;
    this.timesSet += 1;
  }

  restore(): void {
    globalThis.Date = this.#real;
  }
}
