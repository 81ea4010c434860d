/** Looks that many share. */
import { expect, it } from 'vitest';
import { Coalesced } from '../../../src/kubernetes/api/coalesced.js';

it('gives everybody a run that began after they asked', async () => {
  const ends: (() => void)[] = [];
  let runs = 0;
  const looks = new Coalesced(async () => {
    const run = ++runs;
    await new Promise<void>((resolve) => ends.push(resolve));
    return run;
  });
  const first = looks.get();
  const others = [looks.get(), looks.get(), looks.get()];
  expect(runs).toBe(1);
  ends[0]?.();
  expect(await first).toBe(1);
  ends[1]?.();
  expect(await Promise.all(others)).toEqual([2, 2, 2]);
  const last = looks.get();
  ends[2]?.();
  expect(await last).toBe(3);
});

it('tells a failure to those who wait for that run, and to nobody else', async () => {
  let runs = 0;
  const looks = new Coalesced(() => {
    runs++;
    return runs === 1 ? Promise.reject(new Error('no')) : Promise.resolve(runs);
  });
  const first = looks.get();
  const second = looks.get();
  await expect(first).rejects.toThrow('no');
  expect(await second).toBe(2);
});
