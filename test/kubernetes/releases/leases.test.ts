/** Who lets a lease run out, whatever the clocks of machines say. */
import { expect, it } from 'vitest';
import { type Lease, LeaseWatch, hasRunOut, microTime } from '../../../src/kubernetes/releases/leases.js';

const now = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;

function lease(resourceVersion: string, renewed = now): Lease {
  const spec = { leaseDurationSeconds: 10, renewTime: microTime(renewed) };
  return { metadata: { name: 'bigdata-kafka', resourceVersion }, spec };
}

it.each([-hour, 0, hour])('a watch tells by what it sees, with times that are %i ms off', (off) => {
  const watch = new LeaseWatch();
  expect(watch.hasRunOut(lease('1', now + off), 0)).toBe(false);
  expect(watch.hasRunOut(lease('1', now + off), 9_000)).toBe(false);
  expect(watch.hasRunOut(lease('2', now + off), 10_500)).toBe(false);
  expect(watch.hasRunOut(lease('2', now + off), 20_000)).toBe(false);
  expect(watch.hasRunOut(lease('2', now + off), 20_501)).toBe(true);
});

it('a single look tells by the times, with some slack', () => {
  expect(hasRunOut(lease('1'), now + 11_000)).toBe(false);
  expect(hasRunOut(lease('1'), now + 12_000)).toBe(true);
  expect(hasRunOut({ metadata: { name: 'x' } }, now)).toBe(true);
});
