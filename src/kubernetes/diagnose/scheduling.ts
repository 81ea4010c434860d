/**
 * Why no node takes a pod. Pure.
 *
 * @module
 */
import type { Cause } from '../../stack/operation/operation-types.js';
import { type ClusterEvent, type Pod, nameOf } from '../api/objects.js';
import { GracePeriod, type Finding } from './failure-detector.js';

/** Nodes that are about to become usable, and claims that a provisioner is about to bind. */
const passing =
  /unbound immediate PersistentVolumeClaims|node\.kubernetes\.io\/(not-ready|unreachable|network-unavailable)|node\.cloudprovider/;

/** What a pod without a node tells, by its condition. */
interface Unschedulable {
  /** The scheduler's words. */
  readonly message: string;
  readonly where: string;
  readonly namespace: string | undefined;
  /** An autoscaler has said that it adds a node. */
  readonly nodesComing: boolean;
}

/** Findings of a pod that the scheduler finds no node for; `others` are the pods of its namespace. */
export function diagnoseScheduling(
  pod: Pod,
  events: readonly ClusterEvent[],
  others: readonly Pod[],
): Finding[] {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return [];
  const unschedulable = {
    message: condition.message ?? 'no node takes it',
    where: nameOf('Pod', pod.metadata),
    namespace: pod.metadata.namespace,
    nodesComing: events.some(({ reason }) => reason === 'TriggeredScaleUp'),
  };
  const finding =
    claimMissing(unschedulable) ?? portTaken(unschedulable, pod, others) ?? withoutNode(unschedulable);
  return [{ ...finding, afresh: true }];
}

function claimMissing({ message, where, namespace }: Unschedulable): Finding | undefined {
  const claim = /persistentvolumeclaim "([^"]+)" not found/.exec(message)?.[1];
  if (claim === undefined || namespace === undefined) return undefined;
  const cause: Cause = {
    type: 'ClaimMissing',
    message: `the pod names a claim that does not exist: ${claim}`,
    where,
    next: 'create the PersistentVolumeClaim, or correct its name in the values',
  };
  // The scheduler looked once, and looks again when it pleases: a StatefulSet's claim may have come since.
  return {
    cause,
    gracePeriod: GracePeriod.lag,
    missing: { resource: 'persistentvolumeclaims', namespace, name: claim },
  };
}

function portTaken(
  { message, where, nodesComing }: Unschedulable,
  pod: Pod,
  others: readonly Pod[],
): Finding | undefined {
  const nodes = Number(/(\d+) node\(s\) didn't have free ports/.exec(message)?.[1] ?? 0);
  if (nodes === 0) return undefined;
  const holders = holdersOfPorts(pod, others);
  const names = holders.map(({ metadata }) => nameOf('Pod', metadata));
  const cause: Cause = {
    type: 'PortTaken',
    message: `no node takes the pod: ${message}${names.length > 0 ? ` (host port held by ${names.join(', ')})` : ''}`,
    where,
    next: 'choose another host port in the values, or stop the pod that uses it',
  };
  const isHeld = holders.filter(stays).length >= nodes && reasonsIn(message).every(isFixedOrPort);
  return { cause, gracePeriod: gracePeriodOf(isHeld, nodesComing) };
}

function withoutNode({ message, where, nodesComing }: Unschedulable): Finding {
  const cause: Cause = {
    type: 'Unschedulable',
    message: `no node takes the pod: ${message}`,
    where,
    next: 'lower its requests in the values, free or add a node, or correct its node selector and tolerations',
  };
  const isSettled = fitsNoNode(message);
  const gracePeriod = gracePeriodOf(isSettled, nodesComing || passing.test(message));
  const isCrowded = !isSettled && reasonsIn(message).some(isShortage);
  return { cause, gracePeriod, ...(isCrowded ? { crowded: true } : {}) };
}

/** By whether nobody's leaving makes room, and whether room is coming. */
function gracePeriodOf(isSettled: boolean, roomComes: boolean): number {
  if (roomComes) return GracePeriod.never;
  return isSettled ? GracePeriod.scaleUp : GracePeriod.shuffle;
}

/**
 * True if the pod fits no node even when all others leave. The scheduler says of each node whether evicting pods would help;
 * other reasons that it finds hopeless, like a pod to be near to or a volume to be made, come to pass in healthy starts.
 */
function fitsNoNode(message: string): boolean {
  const [, nodes, hopeless] =
    /preemption: 0\/(\d+) nodes are available: (\d+) Preemption is not helpful for scheduling/.exec(
      message,
    ) ?? [];
  return nodes !== undefined && nodes === hopeless && reasonsIn(message).every(isFixed);
}

/** `1 Insufficient cpu`, `2 node(s) had untolerated taint(s)`: why each node was refused. */
function reasonsIn(message: string): string[] {
  const [, reasons = ''] = /nodes are available: (.*?)\.(?: |$)/.exec(message) ?? [];
  return reasons.split(', ');
}

/** Of the node itself: no pod's leaving changes them. */
const ofTheNode = /node affinity\/selector|untolerated taint/;

/** Of what pods request. */
function isShortage(reason: string): boolean {
  return reason.includes('Insufficient ');
}

function isFixed(reason: string): boolean {
  return ofTheNode.test(reason) || isShortage(reason);
}

function isFixedOrPort(reason: string): boolean {
  return ofTheNode.test(reason) || reason.includes('free ports');
}

/** Pods on nodes that hold a host port which this one wants. */
function holdersOfPorts(pod: Pod, others: readonly Pod[]): Pod[] {
  const wanted = hostPortsOf(pod);
  return others.filter(
    (other) =>
      other.metadata.uid !== pod.metadata.uid &&
      other.spec?.nodeName !== undefined &&
      other.status?.phase !== 'Succeeded' &&
      other.status?.phase !== 'Failed' &&
      hostPortsOf(other).some((port) => wanted.includes(port)),
  );
}

function hostPortsOf({ spec }: Pod): number[] {
  return (spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort }) => (hostPort === undefined ? [] : [hostPort])),
  );
}

/** Kinds of owners that put another pod in the place of one that ends. */
const lasting: ReadonlySet<string> = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet']);

/** True for a pod that neither leaves nor ends by itself. */
function stays({ metadata }: Pod): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (metadata.ownerReferences?.some(({ kind }) => lasting.has(kind)) ?? false)
  );
}
