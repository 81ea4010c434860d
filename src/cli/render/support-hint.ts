/** @module */
import type { Style } from './style.js';

/** Ends every message about a failure that a person may want to ask others about. */
export function supportHint(style: Style): string {
  return `${style.faint('`bigdata support-bundle` collects what others need to help')}\n`;
}
