/**
 * The image of the process that holds a pod's namespaces: packed here, so that none has to be pulled.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BinaryFolder } from '../binaries.js';
import { listReferences, loadArchive } from '../images.js';
import type { NodeLayout } from './layout.js';
import { packProgram } from '../program-image.js';

/** Reference of the image for a compiled `pause`: the same program always gets the same one. */
export async function pauseReference(binary: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(binary));
  return `bigdata.local/pause:${hash.digest('hex').slice(0, 12)}`;
}

/** Packs and loads the image if the node does not have it. */
export async function ensurePauseImage(layout: NodeLayout, binaries: BinaryFolder): Promise<void> {
  const reference = await pauseReference(binaries.pause);
  if ((await listReferences(layout)).includes(reference)) {
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-pause-'));
  try {
    const archive = join(folder, 'pause.tar');
    await packProgram({ program: binaries.pause, reference, archive });
    await loadArchive(layout, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
