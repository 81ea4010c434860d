import { expect, it } from 'vitest';
import { factsOf } from '../../../src/activities/checks/facts.js';

it.each([
  ['{"a":1}', { a: 1 }],
  ['working\n{"a":1}\n', { a: 1 }],
  ['{"a":1}\n{"a":2}\n\n', { a: 2 }],
  ['{"a":1}\ndone', { a: 1 }],
  ['[1]\n"x"\n3', {}],
  ['{broken\ndone', {}],
  ['', {}],
])('of %j are %j', (log, facts) => {
  expect(factsOf(log)).toEqual(facts);
});

it('refuses half a document, which somebody meant to be facts', () => {
  expect(() => factsOf('{"a":1}\n{"a":\n')).toThrow('begins as a JSON object, but is none: {"a":');
});

it('refuses facts that would burden every history', () => {
  expect(() => factsOf(JSON.stringify({ a: 'x'.repeat(5_000) }))).toThrow(RangeError);
  expect(() => factsOf(JSON.stringify({ a: '…'.repeat(1_500) }))).toThrow('4508 bytes');
});
