/**
 * The image of the process that holds a pod's namespaces: one static file, packed here, so that none has to be pulled.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Reference of the image for a compiled `pause`: the same program always gets the same one. */
export async function pauseReference(binary: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(binary));
  return `bigdata.local/pause:${hash.digest('hex').slice(0, 12)}`;
}

/** Packs `pause` as an OCI archive and hands its path to the action; the archive is gone afterwards. */
export async function withPauseArchive(
  binary: string,
  action: (archive: { readonly reference: string; readonly file: string }) => Promise<void>,
): Promise<void> {
  const reference = await pauseReference(binary);
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-pause-'));
  try {
    const layerRoot = join(folder, 'layer');
    await mkdir(layerRoot);
    await copyFile(binary, join(layerRoot, 'pause'));
    const layerFile = join(folder, 'layer.tar');
    await tar(layerRoot, layerFile, 'pause');
    const image = join(folder, 'image');
    await mkdir(join(image, 'blobs', 'sha256'), { recursive: true });
    const layer = await addBlob(image, await readFile(layerFile));
    const platform = { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch };
    const config = await addJson(image, {
      ...platform,
      config: { Entrypoint: ['/pause'], User: '65535:65535' },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    });
    const manifest = await addJson(image, {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
    });
    await writeFile(join(image, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    await writeFile(
      join(image, 'index.json'),
      JSON.stringify({
        schemaVersion: 2,
        manifests: [
          {
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            ...manifest,
            annotations: { 'org.opencontainers.image.ref.name': reference },
          },
        ],
      }),
    );
    const file = join(folder, 'pause.oci.tar');
    await tar(image, file, 'oci-layout', 'index.json', 'blobs');
    await action({ reference, file });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Blob {
  readonly digest: string;
  readonly size: number;
}

async function addJson(image: string, value: unknown): Promise<Blob> {
  return await addBlob(image, Buffer.from(JSON.stringify(value)));
}

async function addBlob(image: string, content: Buffer): Promise<Blob> {
  const hash = createHash('sha256').update(content).digest('hex');
  const file = join(image, 'blobs', 'sha256', hash);
  await writeFile(file, content);
  return { digest: `sha256:${hash}`, size: (await stat(file)).size };
}

async function tar(folder: string, file: string, ...entries: string[]): Promise<void> {
  const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await execa('tar', [...reproducible, '-C', folder, '-cf', file, ...entries]);
}
