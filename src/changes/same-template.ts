/**
 * Whether two pod templates are the same to the API server, which writes some things in its own way. Pure.
 *
 * @module
 */
import { quantityOf } from '../kubernetes/api/quantity.js';

type Mapping = Readonly<Record<string, unknown>>;

/** Keys below which text is a quantity: `1000m` is kept as `1`. */
const ofQuantities: ReadonlySet<string> = new Set(['resources', 'sizeLimit']);

/** Whether nothing differs but how quantities are written, and what is empty in one and not there in the other. */
export function isSameTemplate(one: unknown, other: unknown, isQuantity = false): boolean {
  if (isEmpty(one) && isEmpty(other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    const others: readonly unknown[] = other;
    return (
      one.length === others.length &&
      one.every((entry, index) => isSameTemplate(entry, others[index], isQuantity))
    );
  }
  if (isMapping(one) && isMapping(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.every((key) => isSameTemplate(one[key], other[key], isQuantity || ofQuantities.has(key)));
  }
  return one === other || (isQuantity && isScalar(one) && isScalar(other) && isSameQuantity(one, other));
}

function isSameQuantity(one: string | number, other: string | number): boolean {
  const [first, second] = [quantityOf(one), quantityOf(other)];
  return Math.abs(first - second) <= 1e-9 * Math.abs(first);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
