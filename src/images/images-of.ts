/**
 * Which images a stack runs.
 *
 * @module
 */
import type { StackComponent } from '../stack/files/load-stack.js';
import { type ImageOptions, type PlannedImage, planImage } from './reference.js';

/** The image of one component of a stack. */
export interface ComponentImage extends PlannedImage {
  /** Name of the component that runs it. */
  readonly component: string;
}

/**
 * The images that have to be built for a stack, one a component: those that bring none, or whose image the
 * stack file replaces by another, are left out.
 *
 * @throws As planImage.
 */
export async function imagesOf(
  components: readonly StackComponent[],
  options: Omit<ImageOptions, 'components'>,
): Promise<ComponentImage[]> {
  const all = { ...options, components: components.map(({ component }) => component) };
  const images: ComponentImage[] = [];
  for (const { component, entry } of components) {
    const image = entry.image === undefined ? await planImage(component, all) : undefined;
    if (image !== undefined) {
      images.push({ ...image, component: component.name });
    }
  }
  return images;
}
