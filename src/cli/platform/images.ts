/** @module */
import { buildImages } from '../../images/build.js';
import type { BuiltImage as Archive } from '../../images/build.js';
import { imagesOf } from '../../images/images-of.js';
import type { ComponentImage } from '../../images/images-of.js';
import { pushImages } from '../../images/push.js';
import type { Paths } from '../../paths.js';
import type { BuiltImage, Images, Target } from './platform.js';
import { imageOptions, readStack } from './stacks.js';

export function makeImages(paths: Paths): Images {
  const planned = async (file: string, kind: Target['kind']): Promise<ComponentImage[]> => {
    const stack = await readStack(paths, file);
    return imagesOf(stack.components, imageOptions(paths, stack, kind));
  };
  return {
    async build(file, kind, report) {
      return (await buildImages(await planned(file, kind), paths, report)).map(built);
    },
    async push(file, options, report) {
      return (await pushImages(await planned(file, 'cluster'), paths, report, options)).map(built);
    },
  };
}

function built({ reference: { repository, tag }, file }: Archive): BuiltImage {
  return { reference: `${repository}:${tag}`, file };
}
