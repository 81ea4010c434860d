import { expect, test } from 'vitest';
import { sentinelCheck } from '../../../src/stack/plan/sentinel.js';

const sentinel = { records: 'ten records', write: 'queue-write', read: 'queue-read', remove: 'queue-remove' };

test.each([
  ['write', 'written durably: ten records'],
  ['read', 'read back unchanged: ten records'],
  ['remove', 'removed: ten records'],
] as const)('the step %s of a sentinel is run as a check', (step, proves) => {
  expect(sentinelCheck(sentinel, step)).toEqual({
    name: `sentinel-${step}`,
    pods: [sentinel[step]],
    proves,
    disruptive: false,
  });
});
