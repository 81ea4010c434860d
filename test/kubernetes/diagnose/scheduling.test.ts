import { describe, expect, it } from 'vitest';
import { diagnosePod } from '../../../src/kubernetes/diagnose/pods.js';
import { GracePeriod } from '../../../src/kubernetes/diagnose/failure-detector.js';
import type { Metadata, Pod } from '../../../src/kubernetes/api/objects.js';
import { event, pod } from './objects.js';

const withPort = { containers: [{ name: 'main', ports: [{ hostPort: 9092 }] }] };

const unschedulable = (message: string): Pod =>
  pod('kafka-0', 'set-kafka', {
    spec: withPort,
    status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] },
  });

/** In the scheduler's words: why the nodes were refused, and what it would help to evict pods. */
const words = (nodes: number, reasons: string, preemption: string): string =>
  `0/${nodes} nodes are available: ${reasons}. no new claims to deallocate, preemption: 0/${nodes} nodes are available: ${preemption}.`;

const hopeless = (nodes: number) => `${nodes} Preemption is not helpful for scheduling`;
const noVictims = (nodes: number) => `${nodes} No preemption victims found for incoming pod`;
const ports = (nodes: number) => `${nodes} node(s) didn't have free ports for the requested pod ports`;

/** A pod on a node with the same host port. */
const holder = (name: string, change: Partial<Metadata> = {}): Pod => {
  const held = pod(name, 'set-other', {
    spec: { ...withPort, nodeName: 'n1' },
    status: { phase: 'Running' },
  });
  return { ...held, metadata: { ...held.metadata, ...change } };
};

const isCrowded = (message: string): boolean => diagnosePod(unschedulable(message), [])[0]?.crowded === true;

describe('a pod without a node', () => {
  it.each([
    [words(1, ports(1), noVictims(1)), 'PortTaken', 'choose another host port'],
    [words(1, '1 Insufficient cpu', noVictims(1)), 'Unschedulable', 'lower its requests'],
    [
      '0/1 nodes are available: persistentvolumeclaim "data" not found. not found',
      'ClaimMissing',
      'create the PersistentVolumeClaim',
    ],
  ])('%s: is %s, and says to %s', (message, type, next) => {
    const [finding, ...others] = diagnosePod(unschedulable(message), []);
    expect(others).toEqual([]);
    expect(finding?.cause).toMatchObject({ type, where: 'Pod demo/kafka-0' });
    expect(finding?.cause.next).toContain(next);
  });

  it('is crowded out only where what others leave would be room', () => {
    expect(isCrowded(words(1, '1 Insufficient cpu', noVictims(1)))).toBe(true);
    expect(isCrowded(words(2, '2 Insufficient memory', `${noVictims(1)}, ${hopeless(1)}`))).toBe(true);
    expect(isCrowded(words(1, '1 Insufficient cpu', hopeless(1)))).toBe(false);
    expect(isCrowded(words(1, ports(1), noVictims(1)))).toBe(false);
  });

  it.each([
    ['more than a node has', words(1, '1 Insufficient cpu', hopeless(1)), GracePeriod.scaleUp],
    [
      'more than is free',
      words(1, '1 Insufficient cpu, 1 Insufficient memory', noVictims(1)),
      GracePeriod.shuffle,
    ],
    [
      'more than is free on one of them',
      words(3, '3 Insufficient cpu', `${noVictims(1)}, ${hopeless(2)}`),
      GracePeriod.shuffle,
    ],
    [
      'a selector',
      words(2, "2 node(s) didn't match Pod's node affinity/selector", hopeless(2)),
      GracePeriod.scaleUp,
    ],
    [
      'a taint and a selector',
      words(
        3,
        "1 node(s) had untolerated taint {example.com/reserved: yes}, 2 node(s) didn't match Pod's node affinity/selector",
        hopeless(3),
      ),
      GracePeriod.scaleUp,
    ],
    [
      'a pod to be near to, which may come',
      words(1, "1 node(s) didn't match pod affinity rules", hopeless(1)),
      GracePeriod.shuffle,
    ],
    [
      'a volume that may be made',
      words(1, "1 node(s) didn't find available persistent volumes to bind", hopeless(1)),
      GracePeriod.shuffle,
    ],
    ['an older scheduler', '0/1 nodes are available: 1 Insufficient cpu.', GracePeriod.shuffle],
    [
      'a claim',
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
      GracePeriod.never,
    ],
    [
      'a node that comes',
      words(1, '1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }', hopeless(1)),
      GracePeriod.never,
    ],
  ])('for %s', (_what, message, gracePeriod) => {
    expect(diagnosePod(unschedulable(message), [])[0]).toMatchObject({
      gracePeriod,
      cause: { type: 'Unschedulable' },
    });
  });

  it('waits for a node that the autoscaler brings', () => {
    const events = [event('pod-kafka-0', 'TriggeredScaleUp')];
    const findings = [words(1, '1 Insufficient cpu', hopeless(1)), words(1, ports(1), noVictims(1))].flatMap(
      (message) => diagnosePod(unschedulable(message), events),
    );
    expect(findings.map(({ gracePeriod }) => gracePeriod)).toEqual([GracePeriod.never, GracePeriod.never]);
  });
});

describe('a host port that is taken', () => {
  const one = unschedulable(words(1, ports(1), noVictims(1)));

  it('names the pod that holds it, and does not wait for one that stays', () => {
    const [finding] = diagnosePod(one, [], [one, holder('other-0')]);
    expect(finding).toMatchObject({ gracePeriod: GracePeriod.scaleUp, afresh: true });
    expect(finding?.cause.message).toContain('(host port held by Pod demo/other-0)');
  });

  it.each([
    ['one that leaves', [holder('other-0', { deletionTimestamp: '2026-01-01T00:00:00Z' })]],
    ['one that ends by itself', [holder('check', { ownerReferences: [] })]],
    ['one that is not to be seen', []],
    ['one on another port', [{ ...holder('other-0'), spec: { nodeName: 'n1' } }]],
  ])('waits for %s', (_who, others) => {
    expect(diagnosePod(one, [], others)[0]?.gracePeriod).toBe(GracePeriod.shuffle);
  });

  it('waits as long as a node may get free', () => {
    const two = unschedulable(words(2, ports(2), noVictims(2)));
    expect(diagnosePod(two, [], [holder('other-0')])[0]?.gracePeriod).toBe(GracePeriod.shuffle);
    expect(diagnosePod(two, [], [holder('other-0'), holder('other-1')])[0]?.gracePeriod).toBe(
      GracePeriod.scaleUp,
    );
    const busy = unschedulable(words(2, `1 Insufficient cpu, ${ports(1)}`, noVictims(2)));
    expect(diagnosePod(busy, [], [holder('other-0')])[0]?.gracePeriod).toBe(GracePeriod.shuffle);
  });
});
