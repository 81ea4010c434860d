import { describe, expect, it } from 'vitest';
import { Milestones, isPulling, lineKind } from '../../../src/kubernetes/diagnose/progress.js';
import type { ContainerStatus, Pod } from '../../../src/kubernetes/api/objects.js';
import { event, pod, podWith, waiting } from './objects.js';

const started: Partial<ContainerStatus> = { state: { running: {} }, started: true };
const run = { state: { running: {} } };

function of(revision: string, status: Partial<ContainerStatus>): Pod {
  const { metadata, ...rest } = podWith(status);
  return { ...rest, metadata: { ...metadata, labels: { 'controller-revision-hash': revision } } };
}

function initial(status: Partial<ContainerStatus>): Pod {
  return pod('kafka-0', 'set', { status: { initContainerStatuses: [{ name: 'copy', ...status }] } });
}

describe('milestones of pods', () => {
  it('are passed once: a container that starts again has not come further', () => {
    const milestones = new Milestones();
    expect(milestones.advanced([podWith(waiting('ContainerCreating'))])).toBe(false);
    expect(milestones.advanced([podWith(run)])).toBe(true);
    expect(milestones.advanced([podWith(waiting('CrashLoopBackOff'))])).toBe(false);
    expect(milestones.advanced([podWith(run)])).toBe(false);
    expect(milestones.advanced([podWith(started)])).toBe(true);
    expect(milestones.advanced([podWith({ ...started, ready: true })])).toBe(true);
  });

  it('count for all pods of a revision together, for each revision anew', () => {
    const milestones = new Milestones();
    expect(milestones.advanced([of('r1', started), of('r1', run)])).toBe(true);
    expect(milestones.advanced([of('r1', started)])).toBe(false);
    expect(milestones.advanced([of('r2', run)])).toBe(true);
    expect(milestones.advanced([of('r2', started), of('r2', waiting('ContainerCreating'))])).toBe(true);
  });

  it('know init containers', () => {
    const milestones = new Milestones();
    expect(milestones.advanced([initial(run)])).toBe(true);
    expect(milestones.advanced([initial({ state: { terminated: { exitCode: 1 } } })])).toBe(false);
    expect(milestones.advanced([initial({ state: { terminated: { exitCode: 0 } } })])).toBe(true);
  });
});

describe('an image', () => {
  it('is being pulled until the kubelet says something else', () => {
    const waits = podWith(waiting('ContainerCreating'));
    const uid = waits.metadata.uid ?? '';
    const pulling = event(uid, 'Pulling', 'Pulling image "x:1"');
    expect(isPulling(waits, [pulling])).toBe(true);
    expect(isPulling(waits, [pulling, event(uid, 'Failed', 'no')])).toBe(false);
    expect(isPulling(waits, [])).toBe(false);
  });
});

describe('the kind of a line', () => {
  it.each([
    [
      '2026-11-29 03:17:25,799 WARN ClientCnxn - timed out after 29405ms for session id 0x30000b5a63f0008',
      '2026-11-29 03:18:01,002 WARN ClientCnxn - timed out after 31000ms for session id 0x30000b5a63f0009',
    ],
    ['attempt 1 failed', 'attempt 12 failed'],
    ['[3f2b9c1d-77aa-4c1e-9a51-0d2f6e8b4c11] no leader', '[0c9e1b2a-1111-4b7e-8a51-aaaa6e8b4c99] no leader'],
    ['dial tcp 10.96.0.193:16011: refused', 'dial tcp 10.96.1.7:16011: refused'],
  ])('is the same of %j and %j', (one, other) => {
    expect(lineKind(one)).toBe(lineKind(other));
  });

  it.each([
    ['Opening segment', 'Closing segment'],
    ['loaded facade', 'loaded decade'],
    ['state: FOLLOWING', 'state: LEADING'],
  ])('is another of %j and %j', (one, other) => {
    expect(lineKind(one)).not.toBe(lineKind(other));
  });
});
