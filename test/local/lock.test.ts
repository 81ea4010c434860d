import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from '../../src/local/lock.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-lock-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('lets one in at a time, and tells the others why they wait', async () => {
  const order: string[] = [];
  const told: string[] = [];
  const work = (name: string): Promise<string> =>
    withLock(
      join(folder, 'thing'),
      'another one works',
      ({ text }) => told.push(text),
      async () => {
        order.push(`${name} in`);
        await delay(50);
        order.push(`${name} out`);
        return name;
      },
    );
  expect(await Promise.all([work('a'), work('b')])).toEqual(['a', 'b']);
  expect(order.map((entry) => entry.slice(-3).trim())).toEqual(['in', 'out', 'in', 'out']);
  expect(told).toContain('another one works');
});

it('is free again after a failure, even if the failed one removed the folder', async () => {
  const thing = join(folder, 'thing');
  const failing = withLock(
    thing,
    '',
    () => {},
    async () => {
      await rm(thing, { recursive: true });
      throw new Error('broken');
    },
  );
  await expect(failing).rejects.toThrow('broken');
  expect(
    await withLock(
      thing,
      '',
      () => {},
      () => Promise.resolve('in'),
    ),
  ).toBe('in');
});
