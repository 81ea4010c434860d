/**
 * Merging values as Helm does.
 *
 * @module
 */
import type { JsonValue, Values } from '../plan-types.js';

/**
 * Merges `over` over `base` as Helm merges several `--values` files: mappings are merged, everything else is
 * replaced. A null is kept, because it deletes a default of the chart only when Helm sees it.
 */
export function mergeValues(base: Values, over: Values): Values {
  const merged: Values = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMapping(below) && isMapping(value) ? mergeValues(below, value) : value;
  }
  return merged;
}

/**
 * The values that templates and `values.schema.json` see: as {@link mergeValues}, but a null deletes the chart's
 * default, and a mapping of the chart is replaced by nothing but a mapping (Helm warns, and drops the rest).
 */
export function coalesceValues(chartDefaults: Values, given: Values): Values {
  const result: Values = { ...chartDefaults };
  for (const [key, value] of Object.entries(given)) {
    const byDefault = result[key];
    if (value === null) {
      delete result[key];
    } else if (isMapping(value)) {
      result[key] = coalesceValues(isMapping(byDefault) ? byDefault : {}, value);
    } else {
      result[key] = value;
    }
  }
  return result;
}

function isMapping(value: JsonValue | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
