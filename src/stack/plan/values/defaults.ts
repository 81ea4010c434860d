/** @module */
import { join } from 'node:path';
import { exists } from '../../../util/exists.js';
import { readDocument } from '../../files/document/source-document.js';
import type { Values } from '../plan-types.js';
import { coalesceValues } from './merge.js';

/**
 * Values as the templates of a chart see them: over the chart's own.
 *
 * @param chart - its folder
 * @throws StackFileError if its `values.yaml` cannot be read
 */
export async function withDefaults(chart: string, values: Values): Promise<Values> {
  const file = join(chart, 'values.yaml');
  const defaults = (await exists(file)) ? ((await readDocument(file)).data as Values | undefined) : undefined;
  return coalesceValues(defaults ?? {}, values);
}
