/** @module */

/** Types of JSON Schema and of zod, in words for people. */
const names: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  integer: 'a whole number',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** @param type - as a schema names it */
export function typeName(type: string): string {
  return names[type] ?? type;
}

/** @param ofNull - what stands for null */
export function nameOfType(value: unknown, ofNull: string): string {
  if (value === null) return ofNull;
  return typeName(Array.isArray(value) ? 'array' : typeof value);
}
