import { expect, it } from 'vitest';
import type { ComponentState, OperationState } from '../../src/stack/operation/operation-types.js';
import { bytesOf, maximumPayloadBytes } from '../../src/stack/operation/payloads.js';
import { boardTable } from '../../src/workflows/table.js';

function stateOf(size: number, change: Partial<ComponentState>): OperationState {
  const components = Array.from({ length: size }, (_, index) => ({
    name: `c${index}`,
    phase: 'proven' as const,
    unchanged: false,
    milliseconds: 12_345,
    checks: [{ name: 'works', proves: 'p'.repeat(250), facts: {}, milliseconds: 1 }],
    ...change,
  }));
  return { operation: 'install', stack: 'demo', namespace: 'demo', planDigest: 'sha256:plan', components };
}

it('tells everything of a small stack', () => {
  expect(boardTable(stateOf(13, {}))).toContain(`| c12 | proven | 12.3 s | ${'p'.repeat(250)} |`);
});

it.each<[string, Partial<ComponentState>]>([
  ['proven', {}],
  ['waiting for decisions', { phase: 'deciding', cause: { type: 'ImagePull', message: 'm'.repeat(2_000) } }],
])('has a row for each of 500 components that are %s, and fits into a payload', (_, change) => {
  const table = boardTable(stateOf(500, change));
  expect(bytesOf(table)).toBeLessThanOrEqual(maximumPayloadBytes);
  expect(table).toMatch(/^\| c499 \|/m);
});
