/** Several at once, but not all. */
import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { limit } from '../../src/images/limit.js';

describe('limit', () => {
  it('runs as many as it may, in order', async () => {
    const slot = limit(2);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      [0, 1, 2, 3, 4].map((index) =>
        slot(async () => {
          started.push(index);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
        }),
      ),
    );
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it('starts nothing more after a failure', async () => {
    const slot = limit(1);
    const started: number[] = [];
    const results = await Promise.allSettled(
      [0, 1, 2].map((index) =>
        slot(async () => {
          started.push(index);
          await Promise.reject(new Error(`task ${index}`));
        }),
      ),
    );
    expect(started).toEqual([0]);
    expect(results.map((result) => (result.status === 'rejected' ? String(result.reason) : ''))).toEqual([
      'Error: task 0',
      'Error: task 0',
      'Error: task 0',
    ]);
  });

  it('tells those that wait why the first has failed', async () => {
    const slot = limit(2);
    const gate = new EventEmitter();
    const opened = once(gate, 'open');
    const failing = [0, 1, 2].map((index) =>
      slot(async () => {
        await opened;
        throw new Error(`task ${index}`);
      }),
    );
    gate.emit('open');
    const [, , last] = await Promise.allSettled(failing);
    expect(last).toMatchObject({ status: 'rejected', reason: new Error('task 0') });
  });
});
