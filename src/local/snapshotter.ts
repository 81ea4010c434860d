/**
 * How containerd lays the layers of an image over each other.
 *
 * @module
 */
import { statfs } from 'node:fs/promises';
import type { NodeLayout } from './node.js';

/** `statfs` type of overlayfs, which cannot carry another overlay, as inside a container. Source: linux/magic.h. */
const overlayMagic = 0x79_4c_76_30;

/** Overlays where the file system can carry them, else plain copies. */
export async function snapshotterFor(layout: NodeLayout): Promise<'overlayfs' | 'native'> {
  const { type } = await statfs(layout.folder);
  return type === overlayMagic ? 'native' : 'overlayfs';
}
