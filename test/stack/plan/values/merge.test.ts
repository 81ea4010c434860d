import { expect, test } from 'vitest';
import { coalesceValues, mergeValues } from '../../../../src/stack/plan/values/merge.js';

test.each([
  ['mappings are merged', { a: { b: 1, c: 2 } }, { a: { c: 3, d: 4 } }, { a: { b: 1, c: 3, d: 4 } }],
  ['lists are replaced', { a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
  ['scalars are replaced', { a: 1 }, { a: 'x' }, { a: 'x' }],
  ['a mapping replaces a scalar', { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
  ['a scalar replaces a mapping', { a: { b: 2 } }, { a: 1 }, { a: 1 }],
  ['an empty mapping changes nothing', { a: { b: 2 } }, { a: {} }, { a: { b: 2 } }],
  ['null is kept for Helm', { a: { b: 2 } }, { a: null }, { a: null }],
  ['a mapping replaces null', { a: null }, { a: { b: 1 } }, { a: { b: 1 } }],
  [
    'names of inherited properties are ordinary keys',
    {},
    { constructor: { a: 1 } },
    { constructor: { a: 1 } },
  ],
])('mergeValues: %s', (_, base, over, merged) => {
  const before = structuredClone([base, over]);
  expect(mergeValues(base, over)).toEqual(merged);
  expect([base, over]).toEqual(before);
});

test.each([
  ['defaults are filled in', { a: 1, b: { c: 2 } }, { b: { d: 3 } }, { a: 1, b: { c: 2, d: 3 } }],
  ['null deletes a default', { a: 1, b: 2 }, { a: null }, { b: 2 }],
  ['null deletes a default mapping', { a: { b: 1 } }, { a: null }, {}],
  ['null deletes a nested default', { a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
  ['lists are replaced', { a: [1, 2] }, { a: [] }, { a: [] }],
  ['null stays where there is no default', {}, { a: { b: null }, c: null }, { a: { b: null }, c: null }],
  ['null beside nested defaults goes', { a: { b: 1 } }, { a: { c: null } }, { a: { b: 1 } }],
  ['a default of null stays', { a: null }, {}, { a: null }],
])('coalesceValues: %s', (_, defaults, given, values) => {
  expect(coalesceValues(defaults, given)).toEqual(values);
});
