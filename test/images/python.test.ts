/** Python packages are compared with their hashes, and nothing else comes along. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchPython } from '../../src/images/python.js';

const wheel = 'pack-1.0-py3-none-any.whl';

let folder = '';
let digest = '';

/** A wheel is a zip archive; this one depends on a package that nobody has. */
async function writeWheel(): Promise<void> {
  const files = {
    'pack.py': 'answer = 42\n',
    'pack-1.0.dist-info/METADATA':
      'Metadata-Version: 2.1\nName: pack\nVersion: 1.0\nRequires-Dist: nobody-has-this\n',
    'pack-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    'pack-1.0.dist-info/RECORD': 'pack.py,,\n',
  };
  const unpacked = join(folder, 'unpacked');
  await mkdir(join(unpacked, 'pack-1.0.dist-info'), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(unpacked, name), content);
  }
  await execa('python3', ['-m', 'zipfile', '-c', join(folder, wheel), 'pack.py', 'pack-1.0.dist-info/'], {
    cwd: unpacked,
  });
}

async function fetch(requirements: string): Promise<string> {
  const file = join(folder, 'requirements.txt');
  const output = join(folder, 'output');
  await writeFile(file, requirements);
  await fetchPython({ requirements: file, output, title: 'pack' }, () => undefined);
  return output;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-python-'));
  await writeWheel();
  digest = createHash('sha256')
    .update(await readFile(join(folder, wheel)))
    .digest('hex');
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('fetchPython', () => {
  it('installs what is listed and nothing that it depends upon', async () => {
    const output = await fetch(`pack==1.0 --hash=sha256:${digest}\n`);
    expect((await readdir(output)).toSorted()).toEqual(['pack-1.0.dist-info', 'pack.py']);
  });

  it.each([
    ['another hash', () => `pack==1.0 --hash=sha256:${digest.replace(/^./, (first) => (first === '0' ? '1' : '0'))}\n`],
    ['no hash', () => 'pack==1.0\n'],
    ['no version', () => `pack --hash=sha256:${digest}\n`],
  ])('refuses a package with %s', async (_, requirements) => {
    await expect(fetch(requirements())).rejects.toMatchObject({
      name: 'UserError',
      message: 'Fetching the Python packages of pack failed',
      next: expect.stringContaining('hash') as string,
    });
  });

  it('says how to get pip', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(fetch('')).rejects.toMatchObject({
      message: expect.stringContaining('pip3 is missing') as string,
      next: expect.stringContaining('on Debian: python3-pip') as string,
    });
  });
});
