/** @module */
import type { JsonValue, Values } from '../plan-types.js';

/** The value at a path of names with dots between them; undefined if there is none. */
export function valueAt(values: Values, path: string): JsonValue | undefined {
  return path.split('.').reduce<JsonValue | undefined>(stepInto, values);
}

function stepInto(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined;
}
