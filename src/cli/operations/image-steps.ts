/** @module */
import type { CommandContext } from '../command.js';
import { Step } from '../progress/step.js';

/**
 * Builds the images of a stack file and brings them onto the local node.
 *
 * @param machine - sees to it that this machine can build
 * @param node - steps after which the node runs
 */
export function imageSteps(
  { platform }: CommandContext,
  file: string,
  machine: Step,
  node: readonly Step[],
): readonly Step[] {
  const images = new Step('Images', [machine], (report) => platform.images.build(file, 'local', report));
  const load = new Step('Images on the node', [...node, images], (report) =>
    platform.node.loadImages(images.value, report),
  );
  return [images, load];
}
