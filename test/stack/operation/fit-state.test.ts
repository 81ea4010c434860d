import { describe, expect, it } from 'vitest';
import { fitState } from '../../../src/stack/operation/fit-state.js';
import type { ComponentState, OperationState } from '../../../src/stack/operation/operation-types.js';
import { bytesOf, maximumPayloadBytes } from '../../../src/stack/operation/payloads.js';

function stateOf(size: number, component: Partial<ComponentState>, others: object = {}): OperationState {
  const base = { unchanged: false, milliseconds: 1_234_567, checks: [], phase: 'proven' } as const;
  const components = Array.from({ length: size }, (_, index) => ({
    ...base,
    name: `${'n'.repeat(37)}${String(index).padStart(3, '0')}`,
    ...component,
  }));
  const planDigest = `sha256:${'0'.repeat(64)}`;
  return { operation: 'install', stack: 'demo', namespace: 'demo', planDigest, components, ...others };
}

function check(bytes: number) {
  return { name: 'works', proves: 'it works', facts: { nonce: 'x'.repeat(bytes) }, milliseconds: 5 };
}

const cause = {
  type: 'CheckFailed' as const,
  message: 'm'.repeat(2_000),
  details: Array.from({ length: 20 }, () => 'l'.repeat(400)),
  next: 'read its log lines',
};

const left = Array.from({ length: 100 }, (_, index) => ({
  kind: 'PersistentVolumeClaim',
  name: `data-${index}`,
  why: 'stuck',
  detail: 'd'.repeat(200),
}));

describe('fitState', () => {
  it('leaves a state as it is that fits', () => {
    const state = stateOf(13, { checks: [check(100)], cause });
    expect(fitState(state, maximumPayloadBytes * 10)).toBe(state);
  });

  it('leaves out facts first', () => {
    const fitted = fitState(stateOf(30, { checks: [check(4_000)] }), maximumPayloadBytes);
    expect(fitted.brief).toBe(true);
    expect(fitted.components[0]?.checks).toEqual([{ ...check(0), facts: {} }]);
  });

  it('keeps the words of the first failures rather than those of what they block', () => {
    const { components, ...rest } = stateOf(500, {
      phase: 'blocked',
      cause: { ...cause, message: 'blocked' },
    });
    const failed = { ...components[400], phase: 'failed', cause } as ComponentState;
    const fitted = fitState(
      { ...rest, components: components.with(400, failed) },
      maximumPayloadBytes + 10_000,
    );
    expect(fitted.components.filter((each) => each.cause !== undefined)).toHaveLength(1);
    expect(fitted.components[400]?.cause).toEqual({ type: 'CheckFailed', message: 'm'.repeat(300) });
  });

  it.each([
    ['all proven', stateOf(500, { checks: [check(4_000)] })],
    ['all removed, and a hundred objects left', stateOf(500, { phase: 'removed' }, { left })],
    ['all failed', stateOf(500, { phase: 'failed', cause })],
  ])('fits a large stack, %s', (_, state) => {
    const fitted = fitState(state, maximumPayloadBytes);
    expect(bytesOf(fitted)).toBeLessThanOrEqual(maximumPayloadBytes);
    expect(fitted.components.map(({ name, phase }) => [name, phase])).toEqual(
      state.components.map(({ name, phase }) => [name, phase]),
    );
  });
});
