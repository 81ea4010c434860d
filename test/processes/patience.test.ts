import { describe, expect, test } from 'vitest';
import { processorTime } from '../../src/processes/identity.js';
import { Patience } from '../../src/processes/patience.js';

/** Seconds after which patience with a process is over that gets a share of a processor; undefined if it is not within an hour. */
function givenUpAfter(shareOfProcessor: (second: number) => number): number | undefined {
  let now = 5_000_000;
  let worked = 0;
  const patience = new Patience({ quiet: 60_000, clock: () => now });
  for (let second = 0; second < 3_600; second += 1) {
    if (patience.isOver(worked)) return second;
    now += 1_000;
    worked += 1_000 * shareOfProcessor(second);
  }
  return undefined;
}

describe('patience with a process', () => {
  test.each([
    ['that is dead still', () => 0, 61],
    ['that only looks around', () => 0.003, 61],
    ['that gets a tenth of a processor', () => 0.1, 901],
    ['that gets a fiftieth of a processor', () => 0.02, 901],
    ['that stops after ten minutes', (second: number) => (second < 600 ? 0.1 : 0), 661],
  ])('%s', (_, share, seconds) => {
    expect(givenUpAfter(share)).toBe(seconds);
  });
});

test('a process that works is seen to work', async () => {
  const before = await processorTime(process.pid);
  const end = performance.now() + 200;
  while (performance.now() < end);
  expect(await processorTime(process.pid)).toBeGreaterThan(before);
  expect(await processorTime(2 ** 22 + 1)).toBe(0);
});
