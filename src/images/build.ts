/**
 * Building images, each once for all clones of this machine, as long as its files do not change.
 *
 * @module
 */
import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import prettyMilliseconds from 'pretty-ms';
import { withLock } from '../local/lock.js';
import type { Paths } from '../paths.js';
import type { Report } from '../progress.js';
import type { ImageReference } from '../stack/plan/plan-types.js';
import { createBuilder, finishAll } from './builder.js';
import { localRepository, type PlannedImage } from './reference.js';

/** An image that lies on this machine. */
export interface BuiltImage {
  /** The name inside the archive, `bigdata.local/NAME:TAG`, whatever registry it may be pushed to. */
  readonly reference: ImageReference;
  /** OCI archive. */
  readonly file: string;
}

const unfinished = '.unfinished-';

/**
 * Builds the images whose archives are not in the cache, and the bases that they need. An archive appears
 * under its name only when it is complete; if all are there, no tool is called.
 *
 * @returns One entry an image, in the order given.
 * @throws UserError that names the tool that is missing or failed; what was finished before is kept.
 */
export async function buildImages(
  images: readonly PlannedImage[],
  paths: Paths,
  report: Report,
): Promise<BuiltImage[]> {
  if ((await missingOf(images, paths)).length > 0) {
    const folder = imageFolder(paths);
    await withLock(join(folder, '.lock'), 'another bigdata builds images', report, async () => {
      await removeUnfinished(folder);
      const missing = await missingOf(images, paths);
      if (missing.length > 0) {
        await buildMissing(missing, paths, report);
      }
    });
  }
  return images.map((image) => builtImage(image, paths));
}

/** Where an image's archive lies once it is built, and how it is called in it. */
export function builtImage(image: PlannedImage, paths: Paths): BuiltImage {
  return {
    reference: { repository: `${localRepository}/${image.name}`, tag: image.reference.tag },
    file: join(imageFolder(paths), `${image.name}-${image.reference.tag}.tar`),
  };
}

async function buildMissing(images: readonly PlannedImage[], paths: Paths, report: Report): Promise<void> {
  const work = await mkdtemp(join(imageFolder(paths), unfinished));
  let done = 0;
  try {
    const builder = await createBuilder(paths, work, report);
    await finishAll(
      images.map(async (image) => {
        const started = performance.now();
        await builder.archive(image, builtImage(image, paths).file);
        done += 1;
        const took = prettyMilliseconds(performance.now() - started, { secondsDecimalDigits: 0 });
        report({ text: `image ${image.name} built in ${took}`, done, total: images.length });
      }),
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What a killed build left; the caller holds the lock, so that nobody works there. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(unfinished)) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

async function missingOf(images: readonly PlannedImage[], paths: Paths): Promise<PlannedImage[]> {
  const missing: PlannedImage[] = [];
  for (const image of images) {
    const there = await access(builtImage(image, paths).file).then(
      () => true,
      () => false,
    );
    if (!there && !missing.some(({ name }) => name === image.name)) {
      missing.push(image);
    }
  }
  return missing;
}

function imageFolder(paths: Paths): string {
  return join(paths.cache, 'images');
}
