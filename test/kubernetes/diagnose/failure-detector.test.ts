import { expect, it } from 'vitest';
import type { CauseType } from '../../../src/stack/operation/causes.js';
import { type Finding, FailureDetector } from '../../../src/kubernetes/diagnose/failure-detector.js';

function finding(type: CauseType, gracePeriod: number): Finding {
  return { cause: { type, message: 'm', where: 'Pod demo/a' }, gracePeriod };
}

it('believes a finding that is seen for its whole grace period', () => {
  const detector = new FailureDetector();
  detector.update([finding('ImagePull', 10)], 100);
  expect(detector.conclusive(109)).toBeUndefined();
  expect(detector.due(104)).toBe(6);
  detector.update([finding('ImagePull', 10)], 110);
  expect(detector.conclusive(110)?.cause.type).toBe('ImagePull');
});

it('believes at once what has no grace period, and never what has an endless one', () => {
  const detector = new FailureDetector();
  detector.update([finding('ImagePull', Infinity)], 0);
  expect(detector.conclusive(1e12)).toBeUndefined();
  expect(detector.due(0)).toBe(Infinity);
  detector.update([finding('ImagePull', Infinity), finding('CrashLoop', 0)], 0);
  expect(detector.conclusive(0)?.cause.type).toBe('CrashLoop');
});

it('forgets what is not seen any more', () => {
  const detector = new FailureDetector();
  detector.update([finding('ImagePull', 10)], 0);
  detector.update([], 5);
  detector.update([finding('ImagePull', 10)], 8);
  expect(detector.conclusive(12)).toBeUndefined();
  expect(detector.conclusive(18)).toBeDefined();
});

it('keeps the telling message when a back-off hides it', () => {
  const detector = new FailureDetector();
  detector.update([finding('ImagePull', 10)], 0);
  detector.update([finding('ImagePull', Infinity)], 9);
  expect(detector.conclusive(10)?.gracePeriod).toBe(10);
});

it('believes nothing of before when each look tells all', () => {
  const detector = new FailureDetector();
  detector.update([{ ...finding('ImagePull', 10), afresh: true }], 0);
  detector.update([{ ...finding('ImagePull', Infinity), afresh: true }], 9);
  expect(detector.conclusive(1e12)).toBeUndefined();
  detector.update([{ ...finding('ImagePull', 20), afresh: true }], 12);
  expect(detector.conclusive(20)?.gracePeriod).toBe(20);
});
