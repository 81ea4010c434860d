/** Pods of which nothing has started. */
import { describe, expect, it } from 'vitest';

import type { ContainerStatus, Pod } from '../../../src/kubernetes/api/objects.js';
import { whyUnstarted } from '../../../src/kubernetes/diagnose/unstarted.js';
import { pod } from './objects.js';

const pending = (status: Pod['status'] = {}, nodeName?: string) =>
  pod('store-before', 'store', {
    spec: nodeName === undefined ? {} : { nodeName },
    status: { phase: 'Pending', ...status },
  });

const container = (change: Partial<ContainerStatus>) => ({
  name: 'main',
  image: '',
  restartCount: 0,
  ...change,
});

describe('a pod of which nothing has started', () => {
  it('waits for the scheduler, or for a node', () => {
    expect(whyUnstarted(pending())).toMatchObject({ why: 'no scheduler has looked at it' });
    const message = '0/1 nodes are available: 1 Insufficient memory.';
    const conditions = [{ type: 'PodScheduled', status: 'False' as const, reason: 'Unschedulable', message }];
    expect(whyUnstarted(pending({ conditions }))).toMatchObject({ why: `no node takes it: ${message}` });
  });

  it('waits for a kubelet, which is named', () => {
    expect(whyUnstarted(pending({}, 'one'))).toEqual({
      why: 'the kubelet of node one has not begun with it',
      next: 'run `kubectl describe node one`, and read the log of its kubelet',
    });
    const creating = container({ state: { waiting: { reason: 'ContainerCreating' } } });
    expect(whyUnstarted(pending({ containerStatuses: [creating] }, 'one'))).toMatchObject({
      why: 'the kubelet of node one has started none of its containers: ContainerCreating',
    });
  });

  it('has a log to read once a container of it runs or has ended', () => {
    const running = container({ state: { running: {} } });
    expect(whyUnstarted(pending({ initContainerStatuses: [running] }, 'one'))).toBeUndefined();
    const restarts = container({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } });
    expect(whyUnstarted(pending({ containerStatuses: [restarts] }, 'one'))).toBeUndefined();
    expect(whyUnstarted(pending({ phase: 'Running' }, 'one'))).toBeUndefined();
  });
});
