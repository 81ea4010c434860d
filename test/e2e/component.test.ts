/**
 * A component of one's own, from nothing to proven, through the command line on the local cluster.
 *
 * @components volumes
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { clonePaths } from '../../src/paths.js';
import { Bigdata } from './bigdata.js';

interface TestDocument {
  readonly ok: boolean;
  readonly stackFile: string;
  readonly tried: readonly { readonly what: string; readonly fault?: string }[];
}

const bigdata = new Bigdata(clonePaths().state);
let into: string;
let folder: string;

beforeAll(async () => {
  into = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  folder = join(into, 'shelf');
});

afterAll(async () => {
  await rm(into, { recursive: true, force: true });
});

async function componentTest(): Promise<{ readonly exitCode: number; readonly document: TestDocument }> {
  const { exitCode, stdout } = await bigdata.run('component', 'test', folder, '--output', 'json');
  return { exitCode, document: JSON.parse(stdout) as TestDocument };
}

describe.sequential('a new component', () => {
  test('keeps every rule, and passes every test of a real cluster', async () => {
    await bigdata.json('component', 'new', 'shelf', '--into', into);
    await bigdata.json('component', 'check', folder);
    const { exitCode, document } = await componentTest();
    expect(document.tried.map(({ what, fault }) => [what, fault])).toEqual([
      ['it is installed and proven', undefined],
      ['a second `up` changes nothing', undefined],
      ['works fails if there is no server', undefined],
      ['its sentinel is found if, and only if, it was written', undefined],
      ['it is removed with its data, and nothing is left', undefined],
    ]);
    expect(exitCode).toBe(ExitCode.ok);
  });

  test('whose check passes whatever happens is found out, and left for a look', async () => {
    const check = join(folder, 'image', 'bin', 'check');
    await writeFile(check, '#!/bin/sh\necho \'{"nonce": "1"}\'\n');
    const { exitCode, document } = await componentTest();
    expect(exitCode).toBe(ExitCode.failed);
    expect(document.tried.find(({ fault }) => fault !== undefined)).toEqual(
      expect.objectContaining({ fault: 'works passed, although it was broken' }),
    );
    const file = document.stackFile;
    expect(await readFile(file, 'utf8')).toContain('shelf');
    await bigdata.json('uninstall', '-f', file, '--delete-data', '--yes');
  });
});
