import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { defaultStackFile } from '../../../src/cli/program/default-stack-file.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-stack-file-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('is what the environment names, the working folder’s, or the clone’s', async () => {
  expect(defaultStackFile('/clone', {}, folder)).toBe('/clone/stack.yaml');
  await writeFile(join(folder, 'stack.yaml'), '');
  expect(defaultStackFile('/clone', {}, folder)).toBe(join(folder, 'stack.yaml'));
  expect(defaultStackFile('/clone', { BIGDATA_STACK: 'other.yaml' }, folder)).toBe(
    join(folder, 'other.yaml'),
  );
  expect(defaultStackFile('/clone', { BIGDATA_STACK: '/a/b.yaml' }, folder)).toBe('/a/b.yaml');
  expect(defaultStackFile('/clone', { BIGDATA_STACK: '' }, folder)).toBe(join(folder, 'stack.yaml'));
});
