/**
 * Images that hold one static program and nothing else.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';

/** What to pack. */
export interface ProgramImage {
  /** Path of a static executable; it lies at `/NAME` in the image, which runs it as nobody. */
  readonly program: string;
  /** Full name with tag. */
  readonly reference: string;
  /** OCI archive to write. */
  readonly archive: string;
}

/** Writes the image as an OCI archive. The same program gives the same image. */
export async function packProgram(image: ProgramImage): Promise<void> {
  const { program, reference, archive } = image;
  const work = `${archive}.unfinished`;
  await rm(work, { recursive: true, force: true });
  const [root, layout] = [join(work, 'root'), join(work, 'layout')];
  await mkdir(root, { recursive: true });
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  const name = basename(program);
  await copyFile(program, join(root, name));
  const layerFile = join(work, 'layer.tar');
  await tar(root, layerFile, name);
  const layer = await addBlob(layout, await readFile(layerFile));
  const config = await addJson(layout, {
    os: 'linux',
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    config: { Entrypoint: [`/${name}`], User: '65535:65535' },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = await addJson(layout, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
  });
  const index = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    ...manifest,
    annotations: { 'org.opencontainers.image.ref.name': reference },
  };
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [index] }));
  await tar(layout, archive, 'oci-layout', 'index.json', 'blobs');
  await rm(work, { recursive: true, force: true });
}

interface Blob {
  readonly digest: string;
  readonly size: number;
}

async function addJson(layout: string, value: unknown): Promise<Blob> {
  return await addBlob(layout, Buffer.from(JSON.stringify(value)));
}

async function addBlob(layout: string, content: Buffer): Promise<Blob> {
  const hash = createHash('sha256').update(content).digest('hex');
  await writeFile(join(layout, 'blobs', 'sha256', hash), content);
  return { digest: `sha256:${hash}`, size: content.length };
}

async function tar(folder: string, file: string, ...entries: string[]): Promise<void> {
  const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await execa('tar', [...reproducible, '-C', folder, '-cf', file, ...entries]);
}
