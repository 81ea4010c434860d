/**
 * Buildah with a store of its own below the cache: the machine's other images stay out of sight.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Paths } from '../paths.js';
import { runTool, type ToolRun } from './tool.js';

/** Runs one buildah command; `onLine` receives its output as it comes. Returns its standard output. */
export type Buildah = (
  command: readonly string[],
  run: Pick<ToolRun, 'purpose' | 'onLine'>,
) => Promise<string>;

/**
 * Buildah on the cache's store. Its run folder must vanish with a reboot, as the mounts that it records do;
 * otherwise a layer that is no longer mounted would be taken for one that is.
 */
export function createBuildah(paths: Paths): Buildah {
  const root = join(paths.cache, 'buildah');
  const id = createHash('sha256').update(root).digest('hex').slice(0, 8);
  const store = ['--storage-driver', 'overlay', '--root', root, '--runroot', `/run/bigdata-buildah-${id}`];
  return async (command, run) =>
    await runTool({ program: 'buildah', arguments: [...store, ...command], ...run });
}

/** Names of the images that are finished, each `repository:tag`. */
export async function listStore(buildah: Buildah): Promise<ReadonlySet<string>> {
  const images = await buildah(['images', '--format', '{{.Name}}:{{.Tag}}'], {
    purpose: 'Listing the images that are built',
  });
  return new Set(images.split('\n'));
}
