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
 * default. As Helm 4.1 does, a null without a default stays at the top and within mappings that have none.
 */
export function coalesceValues(chartDefaults: Values, given: Values): Values {
  return coalesce(chartDefaults, given, (key) => Object.hasOwn(chartDefaults, key));
}

function coalesce(defaults: Values, given: Values, nullDeletes: (key: string) => boolean): Values {
  const result: Values = { ...defaults };
  for (const [key, value] of Object.entries(given)) {
    const byDefault = result[key];
    if (value === null && nullDeletes(key)) {
      delete result[key];
    } else {
      result[key] = isMapping(byDefault) && isMapping(value) ? coalesce(byDefault, value, () => true) : value;
    }
  }
  return result;
}

function isMapping(value: JsonValue | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
