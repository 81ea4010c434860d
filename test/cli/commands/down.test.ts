import { describe, expect, test } from 'vitest';
import { down } from '../../../src/cli/commands/down.js';
import { fake } from '../fake-platform.js';

describe('down', () => {
  test('stops workers before what they work with, and deletes nothing', async () => {
    const { context, calls } = fake();
    await down(context, { delete: false, yes: false });
    expect(calls[0]).toBe('workers.stopAll');
    expect(calls.toSorted()).toEqual(['node.stop', 'temporal.stop', 'workers.stopAll']);
  });

  test('deletes after a yes', async () => {
    const { context, calls } = fake();
    await expect(down(context, { delete: true, yes: false })).rejects.toThrow('Not confirmed');
    expect(calls).toEqual([]);
    await down(context, { delete: true, yes: true });
    expect(calls).toContain('node.delete');
    expect(calls.slice(-3)).toEqual(['temporal.delete', 'workers.delete', 'tidy']);
    expect(calls.indexOf('temporal.stop')).toBeLessThan(calls.indexOf('temporal.delete'));
  });
});
