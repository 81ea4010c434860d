/** What a test file that ends is credited with: a wrong credit would hide a failure for good. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { passOf } from '../../bin/tests/ledger.mjs';
import FileReporter from '../../bin/tests/reporter.mjs';

type Outcome = 'passed' | 'failed' | 'skipped';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-reporter-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const units = [
  { file: 'test/each.test.ts', component: 'kafka', digest: 'kafka' },
  { file: 'test/each.test.ts', component: 'minio', digest: 'minio' },
  { file: 'test/whole.test.ts', digest: 'whole' },
];

/** Ends a file with these tests, and gives the digests that passed. */
async function credited(
  file: string,
  tests: readonly (readonly [Outcome, string?])[],
  state: Outcome = tests.some(([outcome]) => outcome === 'failed') ? 'failed' : 'passed',
): Promise<string[]> {
  const unitsFile = join(folder, 'units.json');
  const results = join(folder, 'results');
  await writeFile(unitsFile, JSON.stringify({ units, ledger: folder }));
  const environment = { BIGDATA_TEST_RESULTS: results, BIGDATA_TEST_UNITS: unitsFile };
  new FileReporter({}, environment).onTestModuleEnd({
    moduleId: resolve(file),
    state: () => state,
    diagnostic: () => ({ duration: 1_000, collectDuration: 0, setupDuration: 0 }),
    children: {
      *allTests() {
        for (const [outcome, component] of tests)
          yield { result: () => ({ state: outcome }), meta: () => ({ component }) };
      },
    },
  });
  const { credited: told } = JSON.parse(await readFile(results, 'utf8')) as { credited: string[] };
  const kept = units.map(({ digest }) => digest).filter((digest) => passOf(folder, digest) !== undefined);
  expect(told).toEqual(kept);
  return kept;
}

test.each<[string, [Outcome, string?][], string[]]>([
  [
    'all of them pass',
    [
      ['passed', 'kafka'],
      ['passed', 'minio'],
    ],
    ['kafka', 'minio'],
  ],
  [
    'one of them fails',
    [
      ['passed', 'kafka'],
      ['passed', 'kafka'],
      ['failed', 'minio'],
    ],
    ['kafka'],
  ],
  ['one of them is not run', [['passed', 'kafka']], ['kafka']],
  [
    'one of them is skipped in part',
    [
      ['passed', 'kafka'],
      ['skipped', 'kafka'],
      ['passed', 'minio'],
    ],
    ['minio'],
  ],
  ['a test of all fails', [['passed', 'kafka'], ['passed', 'minio'], ['failed']], []],
])('components, when %s', async (_, tests, passed) => {
  expect(await credited('test/each.test.ts', tests)).toEqual(passed);
});

test('components, when a hook of the file fails', async () => {
  const tests = [['passed', 'kafka'] as const, ['passed', 'minio'] as const];
  expect(await credited('test/each.test.ts', tests, 'failed')).toEqual([]);
});

test('a whole file', async () => {
  expect(await credited('test/whole.test.ts', [['passed'], ['failed']])).toEqual([]);
  await rm(join(folder, 'results'));
  expect(await credited('test/whole.test.ts', [['passed'], ['skipped']])).toEqual(['whole']);
});
