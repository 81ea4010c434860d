import { describe, expect, test } from 'vitest';
import { buildImages, pushImages } from '../../../src/cli/commands/images.js';
import { fake } from '../fake-platform.js';
import { options } from './installed.js';

describe('images', () => {
  test('builds for this machine', async () => {
    const { context, calls } = fake();
    const result = await buildImages(context, options);
    expect(calls).toEqual(['plan stack.yaml local', 'machine.ensure', 'images.build']);
    expect(result.text).toBe('built bigdata.local/kafka:1\n');
  });

  test('pushes for a cluster', async () => {
    const { context, calls } = fake();
    await pushImages(context, { ...options, tlsVerify: false });
    expect(calls).toEqual(['plan stack.yaml cluster', 'machine.ensure', 'images.push tlsVerify=false']);
  });
});
