/**
 * What an image is called: a tag that follows from the content of its files, without building anything.
 *
 * @module
 */
import { exists } from '../util/exists.js';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ExitCode, UserError } from '../errors.js';
import type { LoadedComponent } from '../stack/files/component-folder.js';
import { digestFolder } from '../stack/plan/digest.js';
import { type ImageDefinition, loadImageFile } from '../stack/files/image-schema.js';
import type { ImageReference } from '../stack/plan/plan-types.js';

/** Raised when the builder makes other images of the same files. */
const builderVersion = 1;

/** The repository of images that never leave the machine. */
export const localRepository = 'bigdata.local';

/** An image with everything that decides what is in it. */
export interface PlannedImage {
  readonly name: string;
  /** Absolute path of the folder with image.yaml and Dockerfile. */
  readonly folder: string;
  readonly definition: ImageDefinition;
  /** What it is built upon; absent for the one that is built upon the bootstrapped Debian. */
  readonly base?: PlannedImage;
  /** How a cluster names it. */
  readonly reference: ImageReference;
}

/** Where images are found and how they are named. */
export interface ImageOptions {
  /** Folder of the base images, `images/` of the clone. */
  readonly bases: string;
  /** `registry.example.com/bigdata`; absent for images that stay on this machine. */
  readonly registry?: string;
  /** The components that an image may be based on. */
  readonly components?: readonly LoadedComponent[];
  /** Images that were planned before with these options, by folder: most have the same bases. */
  readonly planned?: Map<string, PlannedImage>;
}

/**
 * The image of a component; absent if it brings none.
 *
 * @throws StackFileError for a bad image.yaml, UserError for an unknown base or bases that form a circle.
 */
export async function planImage(
  component: LoadedComponent,
  options: ImageOptions,
): Promise<PlannedImage | undefined> {
  return component.image === undefined
    ? undefined
    : await plan(component.image, component.definition.version, options, []);
}

/**
 * How a cluster names the image of a component; absent if it brings none. Reads files, builds nothing.
 *
 * @throws As {@link planImage}.
 */
export async function imageReference(
  component: LoadedComponent,
  options: ImageOptions,
): Promise<ImageReference | undefined> {
  return (await planImage(component, options))?.reference;
}

/** What an image is called on the machine that builds it: `bigdata.local/NAME:TAG`, whatever its registry. */
export function localName(image: PlannedImage): string {
  return `${localRepository}/${image.name}:${image.reference.tag}`;
}

async function plan(
  folder: string,
  version: string | undefined,
  options: ImageOptions,
  above: readonly string[],
): Promise<PlannedImage> {
  const file = join(folder, 'image.yaml');
  if (above.includes(folder)) {
    throw unusableBase(file, 'The images are based on each other in a circle.');
  }
  const known = options.planned?.get(folder);
  if (known !== undefined) return known;
  const definition = await loadImageFile(file);
  const base =
    definition.from === undefined
      ? undefined
      : await planBase(definition.from, file, options, [...above, folder]);
  const hash = createHash('sha256')
    .update(`${builderVersion}\0${base?.reference.tag ?? ''}\0${digestFolder(folder)}`)
    .digest('hex')
    .slice(0, 12);
  const planned: PlannedImage = {
    name: definition.name,
    folder,
    definition,
    ...(base !== undefined && { base }),
    reference: {
      repository: `${options.registry ?? localRepository}/${definition.name}`,
      tag: version === undefined ? hash : `${version.replaceAll(/[^\w.-]/g, '-')}-${hash}`,
    },
  };
  options.planned?.set(folder, planned);
  return planned;
}

async function planBase(
  name: string,
  file: string,
  options: ImageOptions,
  above: readonly string[],
): Promise<PlannedImage> {
  const folder = join(options.bases, name);
  if (await exists(join(folder, 'image.yaml'))) {
    return await plan(folder, undefined, options, above);
  }
  const component = options.components?.find((candidate) => candidate.name === name);
  if (component?.image === undefined) {
    throw unusableBase(file, `There is no image ${name} to build upon.`);
  }
  return await plan(component.image, component.definition.version, options, above);
}

function unusableBase(file: string, message: string): UserError {
  return new UserError({
    message,
    where: `${file}, from`,
    unchanged: 'Nothing was touched',
    next: 'Name a folder below images/, or a component of the stack that brings an image',
    exitCode: ExitCode.usage,
  });
}
