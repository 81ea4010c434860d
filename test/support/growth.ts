/**
 * How the work of pure code grows with its input, by the processor's time of this process alone: what else the machine does, and how
 * fast it is, plays no part.
 *
 * @module
 */

/** Milliseconds of the processor by which a measurement may be off: a collection of garbage, code that is compiled meanwhile. */
const noise = 1_000;

/**
 * Whether four times the input takes less than nine times the work. What grows with the square of its input takes sixteen times.
 *
 * @param work - done for an input of that size
 * @param size - of the smaller input
 */
export function growsLinearly(work: (size: number) => void, size: number): boolean {
  // Once more: the first run is slower than any other.
  timeOf(work, size);
  const small = timeOf(work, size);
  return timeOf(work, 4 * size) < 9 * small + noise;
}

function timeOf(work: (size: number) => void, size: number): number {
  const before = process.cpuUsage();
  work(size);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
