/** @module */
import { stringify } from 'yaml';
import type { OutputFormat } from '../program/options.js';

/** The one document of a command, for programs. */
export function printed(document: unknown, format: Exclude<OutputFormat, 'text'>): string {
  const json = JSON.stringify(document, undefined, 2);
  // By way of JSON, so that both say the same of dates and of what is undefined.
  return format === 'json' ? `${json}\n` : stringify(JSON.parse(json), { aliasDuplicateObjects: false });
}
