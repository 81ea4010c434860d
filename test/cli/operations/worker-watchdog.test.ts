import { expect, test, vi } from 'vitest';

import { workerWatchdog } from '../../../src/cli/operations/worker-watchdog.js';

test('a worker that answers again soon is let be', () => {
  const note = vi.fn();
  const revive = vi.fn(async () => {});
  workerWatchdog({ note }, revive)(9_000);
  expect(note).not.toHaveBeenCalled();
  expect(revive).not.toHaveBeenCalled();
});

test('a long one is told once, and the worker is brought back, one try at a time', async () => {
  const note = vi.fn();
  const revive = vi.fn(async () => {});
  const watchdog = workerWatchdog({ note }, revive);
  watchdog(11_000);
  watchdog(11_500);
  expect(revive).toHaveBeenCalledTimes(1);
  await Promise.resolve();
  await Promise.resolve();
  watchdog(12_000);
  expect(revive).toHaveBeenCalledTimes(2);
  expect(note.mock.calls).toEqual([
    ['No worker has answered for 11s; `bigdata doctor` tells whether one runs'],
  ]);
});

test('why no worker can be started is told', async () => {
  const note = vi.fn();
  workerWatchdog({ note }, async () => {
    throw new Error('no Helm');
  })(11_000);
  await expect.poll(() => note.mock.calls.at(-1)).toEqual(['The worker cannot be started: no Helm']);
});
