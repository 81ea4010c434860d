import { expect, it } from 'vitest';
import { valueAt } from '../../../../src/stack/plan/values/value-at.js';

it('a path leads through mappings only', () => {
  expect(valueAt({ a: [{ b: 1 }] }, 'a.0.b')).toBeUndefined();
  expect(valueAt({ a: null }, 'a.b')).toBeUndefined();
  expect(valueAt({ a: { b: 0 } }, 'a.b')).toBe(0);
});
