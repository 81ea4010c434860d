/** What is remembered of values that charts have taken. */
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ValidValues } from '../../src/cli/platform/valid-values.js';

let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'bigdata-valid-'));
});

afterEach(async () => {
  await chmod(cache, 0o700);
  await rm(cache, { recursive: true });
});

it('knows later what was found before, the newest first, and no more than 500', async () => {
  const first = await ValidValues.load({ cache });
  expect(first.has('a')).toBe(false);
  first.add('a');
  await first.save();
  const second = await ValidValues.load({ cache });
  expect(second.has('a')).toBe(true);
  for (let index = 0; index < 500; index += 1) second.add(`b${index}`);
  await second.save();
  const third = await ValidValues.load({ cache });
  expect([third.has('b499'), third.has('a')]).toEqual([true, false]);
  expect(await readdir(cache)).toEqual(['valid-values.json']);
});

it.each(['', '{', '{"a":1}', '[1]'])('knows nothing of a file that says %j', async (text) => {
  await writeFile(join(cache, 'valid-values.json'), text);
  const values = await ValidValues.load({ cache });
  expect(values.has('1')).toBe(false);
  values.add('a');
  await values.save();
  expect(await readFile(join(cache, 'valid-values.json'), 'utf8')).toBe('["a"]');
});

it('does without where nobody may write', async () => {
  await writeFile(join(cache, 'file'), '');
  const values = await ValidValues.load({ cache: join(cache, 'file', 'below') });
  values.add('a');
  await expect(values.save()).resolves.toBeUndefined();
});
