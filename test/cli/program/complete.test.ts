import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeWords } from '../../../src/cli/commands/complete.js';
import { makeProgram } from '../../../src/cli/program/program.js';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-complete-'));
  file = join(folder, 'stack.yaml');
  await writeFile(file, 'components: { kafka: {}, kudu: {}, minio: {} }\n');
});

afterAll(() => rm(folder, { recursive: true }));

async function completed(defaultFile: string, ...typed: string[]): Promise<string[]> {
  const program = makeProgram({ version: '1', defaultFile, dispatch: async () => {}, write: () => {} });
  const text = await completeWords(program, typed, defaultFile);
  return text.split('\n').filter((line) => line !== '');
}

describe('what can stand next', () => {
  test.each<[string[], string[]]>([
    [['st'], ['status']],
    [
      ['component', ''],
      ['check', 'help', 'new', 'test'],
    ],
    [
      ['status', '--f'],
      ['--file', '--follow'],
    ],
    [
      ['status', '-o', ''],
      ['json', 'text', 'yaml'],
    ],
    [
      ['retry', 'k'],
      ['kafka', 'kudu'],
    ],
    [['retry', '--set', 'a=1', 'mi'], ['minio']],
    [['up', 'kafka', 'm'], ['minio']],
    [['retry', 'kafka', ''], []],
    [['status', '--file', ''], []],
    [['completion', ''], []],
    [['plan', 'k'], []],
  ])('%j', async (typed, expected) => {
    expect(await completed(file, ...typed)).toEqual(expected);
  });

  test('without hidden commands', async () => {
    expect(await completed(file, 'compl')).toEqual(['completion']);
  });

  test('of the file that the words name, and nothing of one that is not there', async () => {
    expect(await completed('/nowhere', 'logs', '-f', file, 'k')).toEqual(['kafka', 'kudu']);
    expect(await completed('/nowhere', 'logs', 'k')).toEqual([]);
  });
});
