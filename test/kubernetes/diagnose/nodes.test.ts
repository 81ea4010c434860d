import { describe, expect, it } from 'vitest';
import { explainTaints } from '../../../src/kubernetes/diagnose/nodes.js';
import { GracePeriod, type Finding } from '../../../src/kubernetes/diagnose/failure-detector.js';
import type { Node } from '../../../src/kubernetes/api/objects.js';

const finding = (message: string): Finding => ({
  cause: { type: 'Unschedulable', message, where: 'Pod demo/kafka-0', next: 'correct its tolerations' },
  gracePeriod: GracePeriod.shuffle,
});
const tainted = finding(
  'no node takes the pod: 0/1 nodes are available: 1 node(s) had untolerated taint(s).',
);
const node = (ready: 'True' | 'Unknown', ...keys: readonly string[]): Node => ({
  metadata: { name: 'n1' },
  spec: { taints: keys.map((key) => ({ key, effect: 'NoSchedule' })) },
  status: { conditions: [{ type: 'Ready', status: ready, message: 'Kubelet stopped posting node status.' }] },
});

describe('a taint that a pod does not tolerate', () => {
  it('of a node that is not ready is waited for, and the node is named', () => {
    expect(explainTaints(tainted, [node('Unknown', 'node.kubernetes.io/unreachable')])).toMatchObject({
      gracePeriod: GracePeriod.never,
      cause: {
        type: 'NodeNotReady',
        where: 'Node n1',
        message:
          'no node takes Pod demo/kafka-0: node n1 is not ready (Kubelet stopped posting node status.)',
      },
    });
  });

  it('of a node that is ready is named', () => {
    const { cause, gracePeriod } = explainTaints(tainted, [node('True', 'example.com/reserved')]);
    expect(gracePeriod).toBe(GracePeriod.shuffle);
    expect(cause).toMatchObject({ type: 'Unschedulable', where: 'Pod demo/kafka-0' });
    expect(cause.message).toContain('(taints: example.com/reserved:NoSchedule on n1)');
  });

  it('does not matter to what has other reasons', () => {
    const other = finding('no node takes the pod: 1 Insufficient cpu');
    expect(explainTaints(other, [node('Unknown')])).toBe(other);
    expect(explainTaints(tainted, [node('True')])).toBe(tainted);
  });
});
