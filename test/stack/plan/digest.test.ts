import { chmod, cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canonicalJson, digestFolder, digestJson } from '../../../src/stack/plan/digest.js';

describe('digestJson', () => {
  test('does not depend on the order of keys, at any depth', () => {
    expect(digestJson({ a: 1, b: { c: [1, { d: 2, e: 3 }], f: null } })).toBe(
      digestJson({ b: { f: null, c: [1, { e: 3, d: 2 }] }, a: 1 }),
    );
  });

  test('is the one that other programs compute', () => {
    // printf '{"a":[1,"x",null,true],"b":{}}' | sha256sum
    expect(canonicalJson({ b: {}, a: [1, 'x', null, true] })).toBe('{"a":[1,"x",null,true],"b":{}}');
    expect(digestJson({ b: {}, a: [1, 'x', null, true] })).toBe(
      'sha256:b0895d3b959a791b42d2c037ced2bfdc61bc5e98bc501acd4ae5824ca4ebb4df',
    );
  });

  test.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 'b,c' }, { a: 'b', c: '' }],
    [[[]], []],
    ['', null],
  ])('tells %j from %j', (one, other) => {
    expect(digestJson(one)).not.toBe(digestJson(other));
  });
});

describe('digestFolder', () => {
  let folder: string;
  let digest: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'digest-'));
    await mkdir(join(folder, 'templates'));
    await writeFile(join(folder, 'Chart.yaml'), 'name: a\n');
    await writeFile(join(folder, 'templates', 'service.yaml'), 'kind: Service\n');
    digest = digestFolder(folder);
  });

  afterEach(() => rm(folder, { recursive: true }));

  test('does not depend on modes, the place, empty folders, or what editors leave behind', async () => {
    await chmod(join(folder, 'Chart.yaml'), 0o600);
    await mkdir(join(folder, 'empty'));
    for (const name of [
      'Chart.yaml~',
      '.Chart.yaml.swp',
      '#Chart.yaml#',
      '.#Chart.yaml',
      '.DS_Store',
      '.helmignore',
    ]) {
      await writeFile(join(folder, name), 'noise');
    }
    expect(digestFolder(folder)).toBe(digest);
    const elsewhere = await mkdtemp(join(tmpdir(), 'digest-'));
    await cp(folder, elsewhere, { recursive: true });
    expect(digestFolder(elsewhere)).toBe(digest);
    await rm(elsewhere, { recursive: true });
  });

  test('depends on contents, names and folders', async () => {
    const digests = new Set([digest]);
    await writeFile(join(folder, 'Chart.yaml'), 'name: b\n');
    digests.add(digestFolder(folder));
    await rename(join(folder, 'Chart.yaml'), join(folder, 'chart.yaml'));
    digests.add(digestFolder(folder));
    await rename(join(folder, 'templates', 'service.yaml'), join(folder, 'service.yaml'));
    digests.add(digestFolder(folder));
    await writeFile(join(folder, 'values.yaml'), '');
    digests.add(digestFolder(folder));
    expect(digests.size).toBe(5);
  });

  test('follows symbolic links, and refuses one that leads back', async () => {
    const target = await mkdtemp(join(tmpdir(), 'digest-'));
    await writeFile(join(target, 'more.yaml'), 'one');
    await symlink(target, join(folder, 'linked'));
    const before = digestFolder(folder);
    expect(before).not.toBe(digest);
    await writeFile(join(target, 'more.yaml'), 'two');
    expect(digestFolder(folder)).not.toBe(before);
    await symlink(folder, join(folder, 'templates', 'back'));
    expect(() => digestFolder(folder)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    await rm(target, { recursive: true });
  });
});
