/** The measure that other tests here go by. */
import { expect, test } from 'vitest';
import { growsLinearly } from '../support/growth.js';

function spin(rounds: number): void {
  let sum = 0;
  for (let round = 0; round < rounds; round += 1) sum = Math.imul(sum, 31) + round;
  expect(Number.isInteger(sum)).toBe(true);
}

test('work in proportion to its input is told from work by its square', { timeout: 120_000 }, () => {
  expect(growsLinearly((size) => spin(size * 20_000), 10_000)).toBe(true);
  expect(growsLinearly((size) => spin(size * size), 20_000)).toBe(false);
});
