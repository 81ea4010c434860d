import { expect, test } from 'vitest';

import { bytesOf } from '../../../src/kubernetes/api/quantity.js';

test.each([
  ['512Mi', 512 * 1024 ** 2],
  ['1.5Gi', 1.5 * 1024 ** 3],
  ['2G', 2e9],
  ['3k', 3_000],
  ['1e9', 1e9],
  [4096, 4096],
  ['2Ti', 2 * 1024 ** 4],
  ['1288490188800m', Math.ceil(1.2 * 1024 ** 3)],
  ['+1Gi', 1024 ** 3],
  ['1E9', 1e9],
  ['1e+3', 1_000],
  ['3E', 3e18],
])('%s is that many bytes', (quantity, bytes) => {
  expect(bytesOf(quantity)).toBe(bytes);
});

test.each(['', 'large', '12Q', '-1Gi', '1 Gi'])('%j is none', (quantity) => {
  expect(bytesOf(quantity)).toBeNaN();
});
