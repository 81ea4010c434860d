/**
 * Masks what stands where secrets do, in texts of which no secret is known. Pure.
 *
 * @module
 */
import { secretStretches } from './assignments.js';

/** What stands in place of a masked value. */
export const mask = '…';

/** Programs like to print their settings when they die. */
export function maskText(text: string): string {
  let result = '';
  let end = 0;
  for (const stretch of secretStretches(text)) {
    result += text.slice(end, stretch.start) + mask;
    end = stretch.end;
  }
  return result + text.slice(end);
}
