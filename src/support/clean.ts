/**
 * The one way by which files get into a bundle: without secrets.
 *
 * @module
 */
import { concealHistory } from './conceal-history.js';
import type { EvidenceFile } from './evidence.js';
import type { Redact } from '../kubernetes/secrets/redactor.js';

/** A file as it may be shared, its name included. */
export function clean({ path, text, history }: EvidenceFile, redact: Redact): EvidenceFile {
  return {
    path: redact(path),
    text: redact(history === true ? concealHistory(text, redact) : text),
  };
}
