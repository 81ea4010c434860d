/** @module */
import { join } from 'node:path';
import { readIfExists } from '../../../util/exists.js';
import { type SourceDocument, readDocument } from '../../files/document/source-document.js';
import type { Values } from '../plan-types.js';
import { coalesceValues } from './merge.js';

/** The `values.yaml` of a chart; undefined if there is none, or nothing in it but comments. @throws StackFileError */
export async function readDefaults(chart: string): Promise<SourceDocument | undefined> {
  const file = join(chart, 'values.yaml');
  const text = await readIfExists(file);
  const hasContent = text?.split('\n').some((line) => /^\s*[^\s#]/.test(line));
  return hasContent ? readDocument(file) : undefined;
}

/**
 * Values as the templates of a chart see them: over the chart's own.
 *
 * @param chart - its folder
 * @throws StackFileError if its `values.yaml` cannot be read
 */
export async function withDefaults(chart: string, values: Values): Promise<Values> {
  const defaults = await readDefaults(chart);
  return coalesceValues((defaults?.data ?? {}) as Values, values);
}
