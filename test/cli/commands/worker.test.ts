import { expect, test } from 'vitest';
import { worker } from '../../../src/cli/commands/worker.js';
import { fake } from '../fake-platform.js';

test('worker leaves Ctrl-C to the worker itself', async () => {
  const { context, calls, interruptions } = fake();
  await worker(context, {});
  expect(calls.at(-1)).toBe('workers.run');
  expect(interruptions).toEqual([undefined]);
});
