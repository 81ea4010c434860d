/**
 * Redacts what stands where secrets do, in texts of which no secret is known. Pure.
 *
 * @module
 */
import { replaceSegments, secretSegments } from './assignments.js';

/** Stands in place of a redacted value. */
export const redactedMark = '…';

/** Programs like to print their settings when they die. */
export function redactText(text: string): string {
  return replaceSegments(text, secretSegments(text), () => redactedMark);
}
