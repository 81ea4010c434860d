/** A time-out that begins anew whenever something advances, by a clock of the test's own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ProgressDeadline } from '../../../src/activities/ready/progress-deadline.js';

let now: number;

beforeEach(() => {
  now = 5_000;
});

const deadline = (previous?: { spent?: number; waited?: number }) =>
  new ProgressDeadline({ timeout: 300_000, ticks: () => now, ...(previous ? { previous } : {}) });

describe('a deadline of progress', () => {
  it('is over when nothing has advanced for its time-out', () => {
    const silent = deadline();
    now += 299_999;
    expect(silent.isOver).toBe(false);
    now += 1;
    expect(silent.isOver).toBe(true);
    expect(silent.described).toBe('300 s');
    expect(silent.left).toBe(0);
  });

  it('begins anew with progress, and says how long it waited in all', () => {
    const slow = deadline();
    now += 250_000;
    slow.advanced();
    now += 299_000;
    expect(slow.isOver).toBe(false);
    now += 1_000;
    expect(slow.isOver).toBe(true);
    expect(slow.described).toBe('550 s, the last 300 s without progress');
  });

  it('ends what advances for ever', () => {
    const endless = deadline();
    for (let rounds = 0; rounds < 30; rounds++) {
      expect(endless.isOver).toBe(false);
      now += 100_000;
      endless.advanced();
    }
    expect(endless.isOver).toBe(true);
    expect(endless.described).toBe('3000 s, though it still makes progress');
  });

  it('wants a look five times in its time-out, and before the verdict', () => {
    const silent = deadline();
    const seen: number[] = [];
    for (let rounds = 0; rounds < 30; rounds++, now += 10_000) if (silent.wantsLook()) seen.push(now - 5_000);
    expect(seen).toEqual([60_000, 120_000, 180_000, 240_000]);
    expect(silent.wantsLook()).toBe(true);
  });

  it('goes on where the attempt before stopped', () => {
    const resumed = deadline({ spent: 200_000, waited: 900_000 });
    now += 100_000;
    expect(resumed.isOver).toBe(true);
    expect(resumed.used).toEqual({ spent: 300_000, waited: 1_000_000 });
  });
});
