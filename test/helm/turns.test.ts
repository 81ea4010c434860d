/** How many calls run at once. */
import { EventEmitter, once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { createTurns } from '../../src/helm/turns.js';

/** Work that ends when it is told to. */
function work() {
  const told = new EventEmitter();
  const ended = once(told, 'end').then(([value]) => value as string);
  return {
    start: vi.fn(() => ended),
    end: (value: string) => told.emit('end', value),
    fail: (reason: Error) => told.emit('error', reason),
  };
}

it('starts no more than there are slots, in order', async () => {
  const turns = createTurns({ slots: 2 });
  const all = [work(), work(), work()] as const;
  const results = all.map(({ start }) => turns(start));
  await vi.waitUntil(() => all[1].start.mock.calls.length === 1);
  expect(all[2].start).not.toHaveBeenCalled();
  all[0].end('first');
  expect(await results[0]).toBe('first');
  await vi.waitUntil(() => all[2].start.mock.calls.length === 1);
  all[1].fail(new Error('second'));
  await expect(results[1]).rejects.toThrow('second');
  all[2].end('third');
  expect(await results[2]).toBe('third');
});

it('lets others begin beside one that takes long', async () => {
  const turns = createTurns({ slots: 1, longestTurn: 20 });
  const hook = work();
  const waiting = turns(hook.start);
  expect(await turns(() => Promise.resolve('quick'))).toBe('quick');
  hook.end('hook');
  expect(await waiting).toBe('hook');
});

it('does not start what was cancelled while it waited, and leaves what runs to hear it by itself', async () => {
  const turns = createTurns({ slots: 1 });
  const stop = new AbortController();
  const [running, queued] = [work(), work()];
  const first = turns(running.start, stop.signal);
  const second = turns(queued.start, stop.signal);
  await vi.waitUntil(() => running.start.mock.calls.length === 1);
  stop.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  running.end('cleaned up');
  expect(await first).toBe('cleaned up');
  expect(await turns(() => Promise.resolve('next'))).toBe('next');
  expect(queued.start).not.toHaveBeenCalled();
  await expect(turns(queued.start, stop.signal)).rejects.toThrow('enough');
});
