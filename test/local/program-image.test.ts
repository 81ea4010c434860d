import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packProgram } from '../../src/local/program-image.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-image-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('packs a program as an image that runs it as nobody; the same program gives the same bytes', async () => {
  const program = join(folder, 'example');
  await writeFile(program, '#!/bin/true\n', { mode: 0o755 });
  const reference = 'bigdata.local/example:1';
  const archives = [join(folder, 'one.tar'), join(folder, 'two.tar')];
  for (const archive of archives) {
    await packProgram({ program, reference, archive });
  }
  const [one, two] = await Promise.all(archives.map((archive) => readFile(archive)));
  expect(one?.equals(two ?? Buffer.of())).toBe(true);

  const read = async (name: string): Promise<string> =>
    (await execa('tar', ['-xOf', archives[0] ?? '', name])).stdout;
  const index = JSON.parse(await read('index.json')) as {
    manifests: [{ digest: string; annotations: Record<string, string> }];
  };
  expect(index.manifests[0].annotations).toEqual({ 'org.opencontainers.image.ref.name': reference });
  const blob = (digest: string): Promise<string> => read(`blobs/${digest.replace(':', '/')}`);
  const manifest = JSON.parse(await blob(index.manifests[0].digest)) as { config: { digest: string } };
  expect(JSON.parse(await blob(manifest.config.digest))).toMatchObject({
    os: 'linux',
    config: { Entrypoint: ['/example'], User: '65535:65535' },
  });
});
