import { expect, test } from 'vitest';
import { sentinelCheck } from '../../src/stack/sentinel.js';

const sentinel = { records: 'ten records', write: 'queue-write', read: 'queue-read', remove: 'queue-remove' };

test.each([
  ['write', 'ten records were written durably'],
  ['read', 'ten records are there, unchanged'],
  ['remove', 'ten records are gone'],
] as const)('the step %s of a sentinel is run as a check', (step, proves) => {
  expect(sentinelCheck(sentinel, step)).toEqual({
    name: `sentinel-${step}`,
    pods: [sentinel[step]],
    proves,
    disruptive: false,
  });
});
