/**
 * The one way by which files get into a bundle: without secrets. Pure.
 *
 * @module
 */
import { stringify } from 'yaml';

import type { Redactor } from '../redaction/redactor.js';
import type { CollectedFile } from './bundle.js';

/** A file of the archive. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

/** A file as it may be shared. Its path has names of objects, which are no secrets. */
export function redacted(file: CollectedFile, redactor: Redactor): BundleFile {
  const { path } = file;
  if ('history' in file) return { path, text: redactor.history(file.history) };
  if ('text' in file) return { path, text: redactor.text(file.text) };
  const documents = file.documents.map((document) => redactor.object(document));
  if (path.endsWith('.json')) return { path, text: `${JSON.stringify(documents[0], undefined, 2)}\n` };
  // Not folded: people search in it.
  const texts = documents.map((document) => stringify(document, { lineWidth: 0 }));
  return { path, text: texts.length === 1 ? (texts[0] ?? '') : texts.map((text) => `---\n${text}`).join('') };
}
