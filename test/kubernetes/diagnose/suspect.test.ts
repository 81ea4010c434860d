import { expect, it } from 'vitest';
import type { CauseType } from '../../../src/stack/causes.js';
import { type Suspect, Suspicion } from '../../../src/kubernetes/diagnose/suspect.js';

function suspect(type: CauseType, grace: number): Suspect {
  return { cause: { type, message: 'm', where: 'Pod demo/a' }, grace };
}

it('believes a suspect that is seen for its whole grace', () => {
  const suspicion = new Suspicion();
  suspicion.update([suspect('ImagePull', 10)], 100);
  expect(suspicion.terminal(109)).toBeUndefined();
  expect(suspicion.due(104)).toBe(6);
  suspicion.update([suspect('ImagePull', 10)], 110);
  expect(suspicion.terminal(110)?.cause.type).toBe('ImagePull');
});

it('believes at once what has no grace, and never what has all of it', () => {
  const suspicion = new Suspicion();
  suspicion.update([suspect('ImagePull', Infinity)], 0);
  expect(suspicion.terminal(1e12)).toBeUndefined();
  expect(suspicion.due(0)).toBe(Infinity);
  suspicion.update([suspect('ImagePull', Infinity), suspect('CrashLoop', 0)], 0);
  expect(suspicion.terminal(0)?.cause.type).toBe('CrashLoop');
});

it('forgets what is not seen any more', () => {
  const suspicion = new Suspicion();
  suspicion.update([suspect('ImagePull', 10)], 0);
  suspicion.update([], 5);
  suspicion.update([suspect('ImagePull', 10)], 8);
  expect(suspicion.terminal(12)).toBeUndefined();
  expect(suspicion.terminal(18)).toBeDefined();
});

it('keeps the telling message when a back-off hides it', () => {
  const suspicion = new Suspicion();
  suspicion.update([suspect('ImagePull', 10)], 0);
  suspicion.update([suspect('ImagePull', Infinity)], 9);
  expect(suspicion.terminal(10)?.grace).toBe(10);
});

it('believes nothing of before when each look tells all', () => {
  const suspicion = new Suspicion();
  suspicion.update([{ ...suspect('ImagePull', 10), afresh: true }], 0);
  suspicion.update([{ ...suspect('ImagePull', Infinity), afresh: true }], 9);
  expect(suspicion.terminal(1e12)).toBeUndefined();
  suspicion.update([{ ...suspect('ImagePull', 20), afresh: true }], 12);
  expect(suspicion.terminal(20)?.grace).toBe(20);
});
