/** Jars are compared with what is listed. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyChecksums } from '../../src/images/maven.js';

let folder = '';
let libs = '';
let listing = '';

function line(name: string, content: string): string {
  return `${createHash('sha256').update(content).digest('hex')}  ${name}\n`;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-maven-'));
  libs = join(folder, 'libs');
  listing = join(folder, 'checksums.sha256');
  await mkdir(libs);
  await writeFile(join(libs, 'a.jar'), 'a');
  await writeFile(join(libs, 'b.jar'), 'b');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('verifyChecksums', () => {
  it('takes the jars that are listed', async () => {
    await writeFile(listing, line('a.jar', 'a') + line('b.jar', 'b'));
    await expect(verifyChecksums(libs, listing)).resolves.toBeUndefined();
  });

  it.each([
    [
      'a jar with other content',
      line('a.jar', 'a') + line('b.jar', 'changed'),
      /b\.jar has the SHA-256 .* instead of/,
    ],
    ['a jar that nobody listed', line('a.jar', 'a'), /b\.jar is not listed/],
    [
      'a listed jar that is missing',
      line('a.jar', 'a') + line('b.jar', 'b') + line('c.jar', 'c'),
      /c\.jar is missing/,
    ],
    ['an empty listing', '', /a\.jar is not listed; b\.jar is not listed/],
  ])('refuses %s', async (_, text, message) => {
    await writeFile(listing, text);
    await expect(verifyChecksums(libs, listing)).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      where: listing,
      next: expect.stringContaining('sha256sum') as string,
    });
  });

  it('refuses jars without a listing', async () => {
    await expect(verifyChecksums(libs, listing)).rejects.toThrow(/a\.jar is not listed/);
  });
});
