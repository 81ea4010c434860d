/** What is held, and what a change makes run again. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forgetPass, passOf, prune, recordPass } from '../../bin/tests/ledger.mjs';
import { manifestAt, manifestOf } from '../../bin/tests/manifest.mjs';
import { quickTiers, restTiers } from '../../bin/tests/tiers.mjs';
import { closuresOf, headerOf, testFilesBelow, unitsOf } from '../../bin/tests/units.mjs';

const root = join(import.meta.dirname, '..', '..');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-units-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<void> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const closures = closuresOf([
  { name: 'volumes', needs: [] },
  { name: 'zookeeper', needs: ['volumes'] },
  { name: 'kafka', needs: ['zookeeper'] },
  { name: 'minio', needs: ['volumes'] },
]);

const files = ['test/each.test.ts', 'test/slice.test.ts', 'test/all.test.ts'];

/** A clone with three test files. */
async function writeClone(): Promise<void> {
  await write('src/engine.ts', '1');
  for (const name of closures.keys()) await write(`components/${name}/component.yaml`, name);
  await write('test/each.test.ts', '/**\n * Of each.\n *\n * @each component\n */\n');
  await write('test/slice.test.ts', '/**\n * A slice.\n *\n * @components kafka\n */\n');
  await write('test/all.test.ts', '/** All. */\n');
  await write('README.md', 'read me');
  await execa('git', ['init', '--quiet'], { cwd: folder });
}

function digests(readsProse = false): Map<string, string> {
  const units = unitsOf({
    root: folder,
    files,
    manifest: manifestOf(folder),
    closures,
    readsProse,
    variant: '',
  });
  return new Map(
    units.map(({ file, component, digest }) => [[file, component].filter(Boolean).join(' '), digest]),
  );
}

/** Units that a change makes stale. */
async function touchedBy(name: string, text: string): Promise<string[]> {
  const before = digests();
  await write(name, text);
  const after = digests();
  return [...after.keys()].filter((unit) => after.get(unit) !== before.get(unit));
}

describe('a change', () => {
  beforeEach(writeClone);

  const each = [...closures.keys()].map((name) => `test/each.test.ts ${name}`);

  test.each([
    ['src/engine.ts', [...each, 'test/slice.test.ts', 'test/all.test.ts']],
    ['src/more.ts', [...each, 'test/slice.test.ts', 'test/all.test.ts']],
    ['test/support/helper.ts', [...each, 'test/slice.test.ts', 'test/all.test.ts']],
    [
      'components/kafka/component.yaml',
      ['test/each.test.ts kafka', 'test/slice.test.ts', 'test/all.test.ts'],
    ],
    [
      'components/zookeeper/chart/values.yaml',
      ['test/each.test.ts zookeeper', 'test/each.test.ts kafka', 'test/slice.test.ts', 'test/all.test.ts'],
    ],
    ['components/minio/component.yaml', ['test/each.test.ts minio', 'test/all.test.ts']],
    ['components/minio/README.md', ['test/each.test.ts minio', 'test/all.test.ts']],
    ['test/all.test.ts', ['test/all.test.ts']],
    ['README.md', []],
  ])('of %s touches what it may change', async (name, touched) => {
    expect(await touchedBy(name, '/** Another text. */\n')).toEqual(touched);
  });

  test('of prose touches what holds it against something', async () => {
    const before = digests(true);
    await write('README.md', 'Another text.');
    const after = digests(true);
    expect([...before.values()].filter((digest) => [...after.values()].includes(digest))).toEqual([]);
  });

  test('is seen the same by the files and by a revision', async () => {
    await execa('git', ['add', '.'], { cwd: folder });
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    await execa('git', [...identity, 'commit', '--quiet', '--message', 'all'], { cwd: folder });
    expect([...manifestOf(folder)].toSorted()).toEqual([...manifestAt(folder, 'HEAD')].toSorted());
    expect(() => manifestAt(folder, 'no-such')).toThrow(/no-such/);
  });
});

describe('the header of a test file', () => {
  test('names what it uses', () => {
    expect(headerOf('/**\n * Text.\n *\n * @components volumes kafka\n */')).toEqual({
      perComponent: false,
      components: ['volumes', 'kafka'],
    });
    expect(headerOf('/**\n * @components none\n */').components).toEqual([]);
    expect(headerOf('/** Text. */').components).toBeUndefined();
    expect(headerOf('/**\n * @each component\n */').perComponent).toBe(true);
  });
});

describe('the ledger', () => {
  const pass = { at: '2026-01-01T00:00:00.000Z', seconds: 1, tests: 3 };

  test('remembers what passed, until it is forgotten or old', async () => {
    expect(passOf(folder, 'one')).toBeUndefined();
    recordPass(folder, 'one', pass);
    recordPass(folder, 'two', pass);
    expect(passOf(folder, 'one')).toEqual(pass);
    forgetPass(folder, 'one');
    expect(passOf(folder, 'one')).toBeUndefined();
    prune(folder);
    expect(passOf(folder, 'two')).toEqual(pass);
    prune(folder, Date.now() + 31 * 86_400_000);
    expect(await readdir(folder)).toEqual([]);
  });
});

test('every test file is in exactly one tier', () => {
  const listed = [...quickTiers, ...restTiers].flatMap(({ lanes }) =>
    lanes.flat().flatMap(({ files: named }) => named ?? []),
  );
  const onCluster = ['contract', 'e2e', 'faults'].flatMap((name) => testFilesBelow(root, `test/${name}`));
  expect(listed.toSorted()).toEqual(onCluster.toSorted());
});
