import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { areDependenciesInstalled } from '../../../bin/bootstrap/dependencies.mjs';
import { digestOf } from '../../../bin/bootstrap/digest.mjs';
import { withLock } from '../../../bin/bootstrap/lock.mjs';
import { nameOf } from '../../../bin/bootstrap/process.mjs';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-bootstrap-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('digestOf', () => {
  test('changes with contents, names and places', async () => {
    await mkdir(join(folder, 'src', 'a'), { recursive: true });
    const digests = new Set([digestOf(folder, ['src'])]);
    for (const [file, content] of [
      ['src/a/b', '1'],
      ['src/a/b', '2'],
      ['src/c', '2'],
    ] as const) {
      await writeFile(join(folder, file), content);
      digests.add(digestOf(folder, ['src']));
    }
    expect(digests.size).toBe(4);
  });
});

describe('areDependenciesInstalled', () => {
  beforeEach(() => writeFile(join(folder, 'package-lock.json'), lockFile('1.0.0')));

  test('not without node_modules', () => {
    expect(areDependenciesInstalled(folder)).toBe(false);
  });

  test('by hand counts, until the lock file changes', async () => {
    await mkdir(join(folder, 'node_modules'));
    await writeFile(join(folder, 'node_modules', '.package-lock.json'), installedRecord('1.0.0'));
    expect(areDependenciesInstalled(folder)).toBe(true);
    await writeFile(join(folder, 'package-lock.json'), lockFile('1.0.1'));
    expect(areDependenciesInstalled(folder)).toBe(false);
  });
});

describe('withLock', () => {
  test('one at a time, also between processes', async () => {
    const log = join(folder, 'log');
    const children = [startHolder(log), startHolder(log), startHolder(log)];
    await Promise.all(children.map((child) => once(child, 'exit')));
    const events = (await readFile(log, 'utf8')).trim().split('\n');
    expect(events).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end']);
  });

  test('takes over from an owner that died', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const dead = nameOf(child.pid ?? 0);
    await once(child, 'exit');
    await writeFile(join(folder, 'lock'), dead);
    await expect(withLock(join(folder, 'lock'), async () => 'done')).resolves.toBe('done');
  });

  test('takes over from a process that only has the same pid', async () => {
    await writeFile(join(folder, 'lock'), `${process.pid} 1`);
    await expect(withLock(join(folder, 'lock'), async () => 'done')).resolves.toBe('done');
  });
});

function startHolder(log: string): ChildProcess {
  const lock = resolve('bin', 'bootstrap', 'lock.mjs');
  const program = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(lock)};
    await withLock(${JSON.stringify(join(folder, 'lock'))}, async () => {
      appendFileSync(${JSON.stringify(log)}, 'begin\\n');
      await new Promise((resolve) => setTimeout(resolve, 50));
      appendFileSync(${JSON.stringify(log)}, 'end\\n');
    });`;
  return spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' });
}

function lockFile(version: string): string {
  const forAnotherSystem = { version: '1.0.0', optional: true };
  return JSON.stringify({
    packages: {
      '': { name: 'clone' },
      'node_modules/a': { version },
      'node_modules/b': forAnotherSystem,
    },
  });
}

function installedRecord(version: string): string {
  return JSON.stringify({ packages: { 'node_modules/a': { version } } });
}
