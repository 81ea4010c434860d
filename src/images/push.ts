/**
 * Bringing built images to a registry that a cluster can pull from.
 *
 * @module
 */
import type { Paths } from '../paths.js';
import type { Report } from '../progress.js';
import { buildImages, type BuiltImage } from './build.js';
import { createBuildah, listStore } from './buildah.js';
import { localName, type PlannedImage } from './reference.js';

/** How the registry is reached. */
export interface PushOptions {
  /** False for a registry without TLS, such as one on the loopback interface; true unless told otherwise. */
  readonly tlsVerify?: boolean;
}

/**
 * Builds what is missing and pushes every image to the repository of its reference. Credentials come from the
 * user's standard authentication file (`buildah login`, `docker login`).
 *
 * @param images - Planned with `registry`.
 * @returns The references that a cluster pulls, and the archives that they were pushed from.
 * @throws UserError with the registry's answer if it refuses.
 */
export async function pushImages(
  images: readonly PlannedImage[],
  paths: Paths,
  report: Report,
  options: PushOptions = {},
): Promise<BuiltImage[]> {
  const built = await buildImages(images, paths, report);
  const buildah = createBuildah(paths);
  const store = await listStore(buildah);
  const pushed: BuiltImage[] = [];
  for (const [index, image] of images.entries()) {
    const { file } = built[index] as BuiltImage;
    const stored = localName(image);
    const target = `${image.reference.repository}:${image.reference.tag}`;
    report({ text: `pushing ${target}`, done: index, total: images.length });
    if (!store.has(stored)) {
      await buildah(['pull', '--quiet', `oci-archive:${file}`], {
        purpose: `Reading the archive of the image ${image.name}`,
      });
    }
    await buildah(
      ['push', '--quiet', `--tls-verify=${options.tlsVerify ?? true}`, stored, `docker://${target}`],
      { purpose: `Pushing ${target}` },
    );
    pushed.push({ reference: image.reference, file });
    report({ text: `pushed ${target}`, done: index + 1, total: images.length });
  }
  return pushed;
}
