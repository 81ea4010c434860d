/**
 * How containerd lays the layers of an image over each other.
 *
 * @module
 */
import { readFile, statfs } from 'node:fs/promises';
import { execa } from 'execa';
import type { NodeLayout } from '../node/layout.js';

/** `statfs` type of overlayfs, which cannot carry another overlay, as inside a container. Source: linux/magic.h. */
const overlayMagic = 0x79_4c_76_30;

/** Overlays where kernel and file system can carry them, else plain copies. */
export async function snapshotterFor(layout: NodeLayout): Promise<'overlayfs' | 'native'> {
  const { type } = await statfs(layout.folder);
  return type !== overlayMagic && (await hasOverlay()) ? 'overlayfs' : 'native';
}

async function hasOverlay(): Promise<boolean> {
  if (await isOverlayKnown()) {
    return true;
  }
  await execa('modprobe', ['overlay'], { reject: false });
  return await isOverlayKnown();
}

async function isOverlayKnown(): Promise<boolean> {
  const types = await readFile('/proc/filesystems', 'utf8');
  return types.split('\n').some((line) => line.endsWith('\toverlay'));
}
