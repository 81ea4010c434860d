/**
 * Building images with buildah: bases first and once, artifacts meanwhile.
 *
 * @module
 */
import { cp, lutimes, readFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Paths } from '../paths.js';
import type { Report } from '../progress.js';
import { fetchArtifacts } from './artifacts.js';
import { createBuildah, listStore } from './buildah.js';
import { dockerfileFault } from './dockerfile-fault.js';
import { bootstrapDebian, debianReference, imageTimestamp } from './debian.js';
import { limit } from './limit.js';
import { localName, type PlannedImage } from './reference.js';

/** Builds images of one batch. */
export interface Builder {
  /** Builds an image and its bases, unless the store has them, and writes its archive to a file. */
  readonly archive: (image: PlannedImage, file: string) => Promise<void>;
}

/** Compilers and Maven use both cores of a small machine; more at once only takes memory. */
const atOnce = 2;

/**
 * A builder that works in a folder on the file system of the cache.
 *
 * @param work - An empty folder, which the caller removes.
 */
export async function createBuilder(paths: Paths, work: string, report: Report): Promise<Builder> {
  const buildah = createBuildah(paths);
  const store = await listStore(buildah);
  const slot = limit(atOnce);
  const started = new Map<string, Promise<void>>();

  const once = (name: string, action: () => Promise<void>): Promise<void> => {
    const running = started.get(name) ?? (store.has(name) ? Promise.resolve() : action());
    started.set(name, running);
    return running;
  };
  const ensure = (image: PlannedImage | undefined): Promise<void> =>
    image === undefined
      ? once(debianReference, () => slot(() => bootstrapDebian(buildah, join(work, 'debian'), report)))
      : once(localName(image), () => build(image));

  const build = async (image: PlannedImage): Promise<void> => {
    const folder = join(work, image.name);
    const context = join(folder, 'context');
    await finishAll([
      ensure(image.base),
      slot(() => fetchArtifacts(image, join(context, 'artifacts'), folder, report)),
    ]);
    await slot(async () => {
      await cp(image.folder, context, { recursive: true });
      await setTimes(context);
      await runDockerfile(image, context);
    });
  };

  const runDockerfile = async (image: PlannedImage, context: string): Promise<void> => {
    const command = ['bud', '--isolation', 'chroot', '--network', 'host', '--pull-never'];
    if (await keepsLayers(context)) command.push('--layers');
    const base = image.base === undefined ? debianReference : localName(image.base);
    command.push('--timestamp', String(imageTimestamp), '--build-arg', `BASE=${base}`);
    command.push('--tag', localName(image), context);
    const lines: string[] = [];
    const building = buildah(command, {
      purpose: `Building the image ${image.name}`,
      onLine: (line) => {
        lines.push(line);
        const step = /^STEP (\d+)\/(\d+): (\S+ \S+)/.exec(line);
        if (step !== null) {
          report({ text: `image ${image.name}: ${step[3]}`, done: Number(step[1]), total: Number(step[2]) });
        }
      },
    });
    try {
      await building;
    } catch (error) {
      throw (await dockerfileFault(join(image.folder, 'Dockerfile'), lines, error)) ?? error;
    }
  };

  return {
    archive: async (image, file) => {
      await ensure(image);
      await slot(async () => {
        report({ text: `image ${image.name}: writing the archive` });
        const partial = join(work, `${image.name}.tar`);
        await buildah(['push', '--quiet', localName(image), `oci-archive:${partial}:${localName(image)}`], {
          purpose: `Writing the archive of the image ${image.name}`,
        });
        await rename(partial, file);
      });
    },
  };
}

/** Waits for all, even if one fails, so that nothing runs on unseen; then throws the first failure. */
export async function finishAll(tasks: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(tasks);
  await Promise.all(tasks);
}

/** A Java archive of shared classes is only used while the jars have the times that they had when it was made. */
async function setTimes(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) {
    await lutimes(join(folder, entry), imageTimestamp, imageTimestamp);
  }
}

/**
 * Whether what stands before a changed line need not be run again. Buildah takes a step for the same whose mounted files
 * have changed.
 */
async function keepsLayers(context: string): Promise<boolean> {
  return !(await readFile(join(context, 'Dockerfile'), 'utf8')).includes('--mount');
}
