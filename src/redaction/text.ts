/**
 * Masks what stands where secrets do, in texts of which no secret is known. Pure.
 *
 * @module
 */
import { replaceSegments, secretSegments } from './assignments.js';

/** What stands in place of a masked value. */
export const mask = '…';

/** Programs like to print their settings when they die. */
export function maskText(text: string): string {
  return replaceSegments(text, secretSegments(text), () => mask);
}
