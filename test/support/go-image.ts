/**
 * Images of small Go programs that tests run in pods.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listImages, loadImages } from '../../src/local/cluster.js';
import { goBuild } from '../../src/local/go-build.js';
import { packProgram } from '../../src/local/program-image.js';
import type { Paths } from '../../src/paths.js';

export interface GoProgram {
  /** Folder of its module, with `main.go`. */
  readonly module: string;
  readonly name: string;
}

/** Builds the image and loads it into the local node unless it is there; gives its reference. */
export async function ensureGoImage(paths: Paths, program: GoProgram): Promise<string> {
  const source = await readFile(join(program.module, 'main.go'));
  const tag = createHash('sha256').update(source).digest('hex').slice(0, 12);
  const reference = `bigdata.local/${program.name}:${tag}`;
  if ((await listImages(paths)).includes(reference)) return reference;
  const work = await mkdtemp(join(tmpdir(), 'bigdata-image-'));
  try {
    const file = join(work, `${program.name}.tar`);
    await packGoImage(program, reference, file);
    await loadImages(paths, [{ reference, file }], () => {});
    return reference;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Builds the program and packs it as an OCI archive. */
export async function packGoImage(
  { module, name }: GoProgram,
  reference: string,
  archive: string,
): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'bigdata-image-'));
  try {
    const output = join(work, name);
    await goBuild({ module, package: 'main.go', output, title: `the ${name}` }, () => {});
    await packProgram({ program: output, reference, archive });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
