import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lastLines, rotateLog } from '../../src/processes/log-file.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-log-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('sets a large log aside and keeps one of them', async () => {
  const file = join(folder, 'deep', 'log');
  await rotateLog(file, 10);
  for (const text of ['first, too long', 'second, too long']) {
    await writeFile(file, text);
    await rotateLog(file, 10);
  }
  expect(await readdir(join(folder, 'deep'))).toEqual(['log.1']);
  expect(await readFile(`${file}.1`, 'utf8')).toBe('second, too long');
});

it('goes on with a small one', async () => {
  const file = join(folder, 'log');
  await writeFile(file, 'short');
  await rotateLog(file, 10);
  expect(await readdir(folder)).toEqual(['log']);
});

it('reads the last lines, oldest first', async () => {
  const file = join(folder, 'log');
  await writeFile(file, Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join(''));
  expect(await lastLines(file, 3)).toEqual(['line 49997', 'line 49998', 'line 49999']);
  expect(await lastLines(join(folder, 'none'))).toEqual([]);
});
