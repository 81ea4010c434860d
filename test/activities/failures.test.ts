import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { nonRetryable, toFailure } from '../../src/activities/failures.js';
import { HelmError, type HelmErrorKind } from '../../src/helm/errors.js';
import { KubernetesError, type KubernetesErrorKind } from '../../src/kubernetes/api/errors.js';

const where = 'release demo/kafka';

it('a failure carries a bounded part of what somebody else said', () => {
  const cause = { type: 'Unexpected' as const, message: 'm'.repeat(90_000), details: ['d'.repeat(90_000)] };
  const failure = nonRetryable(cause);
  expect(failure.message).toBe(`${'m'.repeat(1_999)}…`);
  expect(failure.details).toEqual([
    { ...cause, message: `${'m'.repeat(1_999)}…`, details: [`${'d'.repeat(499)}…`] },
  ]);
});

describe('toFailure', () => {
  it.each<[HelmErrorKind, string, boolean]>([
    ['missing', 'HelmMissing', false],
    ['unreachable', 'ClusterUnreachable', true],
    ['conflict', 'Conflict', true],
    ['pending', 'ReleasePending', true],
    ['chart', 'ChartInvalid', false],
    ['values', 'ValuesInvalid', false],
    ['forbidden', 'Forbidden', false],
    ['immutable', 'ImmutableField', false],
    ['foreign', 'ForeignObject', false],
    ['port', 'PortTaken', false],
    ['invalid', 'ObjectRefused', false],
    ['hook', 'HookFailed', false],
    ['timeout', 'HelmTimeout', true],
    ['unknown', 'HelmFailed', true],
  ])('of Helm’s %s is %s, worth another try: %s', (kind, type, retry) => {
    const failure = toFailure(
      new HelmError(kind, 'because', { lines: ['a', 'b'] }),
      where,
    ) as ApplicationFailure;
    expect(failure).toMatchObject({ type, nonRetryable: !retry, message: `${where}: because` });
    expect(failure.details).toEqual([
      { type, message: 'because', where, next: expect.any(String) as string, details: ['a', 'b'] },
    ]);
  });

  it.each<[KubernetesErrorKind, string, boolean]>([
    ['unreachable', 'ClusterUnreachable', true],
    ['server', 'ClusterUnreachable', true],
    ['conflict', 'Conflict', true],
    ['untrusted', 'ClusterUntrusted', false],
    ['unauthorized', 'Unauthorized', false],
    ['forbidden', 'Forbidden', false],
    ['invalid', 'ObjectRefused', false],
  ])('of the API server’s %s is %s, worth another try: %s', (kind, type, retry) => {
    expect(toFailure(new KubernetesError(kind, 'because'), where)).toMatchObject({
      type,
      nonRetryable: !retry,
    });
  });

  it('leaves failures and cancellations as they are', () => {
    const failure = ApplicationFailure.nonRetryable('x', 'X');
    const cancelled = new CancelledFailure('x');
    expect(toFailure(failure, where)).toBe(failure);
    expect(toFailure(cancelled, where)).toBe(cancelled);
  });

  it('makes of what nobody expected something that is tried again, and named', () => {
    expect(toFailure(new TypeError('oops'), where)).toMatchObject({
      type: 'Unexpected',
      nonRetryable: false,
    });
    expect(toFailure('oops', where)).toMatchObject({ type: 'Unexpected', message: `${where}: oops` });
  });
});
