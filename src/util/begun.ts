/** @module */

/** Work that was begun and is awaited later: until then nobody hears of its failure. */
export function begun<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => undefined);
  return work;
}
