/**
 * Objects of a cluster, as small as a diagnosis needs them.
 *
 * @module
 */
import type { NamespaceView } from '../../../src/kubernetes/diagnose/release.js';
import type {
  Claim,
  ClusterEvent,
  ContainerStatus,
  Pod,
  Workload,
} from '../../../src/kubernetes/api/objects.js';

const namespace = 'demo';

export function statefulSet(name: string, change: Partial<Workload> = {}): Workload {
  return {
    metadata: {
      name,
      namespace,
      uid: `set-${name}`,
      generation: 1,
      annotations: { 'meta.helm.sh/release-name': name },
    },
    spec: { replicas: 1 },
    status: {
      observedGeneration: 1,
      replicas: 1,
      readyReplicas: 0,
      updateRevision: 'r1',
      currentRevision: 'r1',
    },
    ...change,
  };
}

export function pod(name: string, owner: string, change: Partial<Pod> = {}): Pod {
  return {
    metadata: {
      name,
      namespace,
      uid: `pod-${name}`,
      labels: { 'controller-revision-hash': 'r1' },
      ownerReferences: [{ kind: 'StatefulSet', name: owner, uid: owner }],
    },
    spec: { containers: [{ name: 'main', image: 'registry.example/kafka:1' }] },
    status: { phase: 'Pending' },
    ...change,
  };
}

/** A pod with one container in this state. */
export function podWith(container: Partial<ContainerStatus>): Pod {
  return pod('kafka-0', 'set-kafka', {
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'main', image: '', restartCount: 0, ...container }],
    },
  });
}

export function waiting(reason: string, message?: string): Partial<ContainerStatus> {
  return { state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } };
}

export function claim(change: Partial<Claim> = {}): Claim {
  return {
    metadata: { name: 'data-kafka-0', namespace, uid: 'claim-1' },
    spec: {},
    status: { phase: 'Pending' },
    ...change,
  };
}

let count = 0;

/** Events in the order in which they are made. */
export function event(uid: string, reason: string, message = ''): ClusterEvent {
  count += 1;
  return {
    metadata: { name: `event-${count}`, namespace },
    involvedObject: { uid },
    reason,
    message,
    lastTimestamp: new Date(1_700_000_000_000 + count * 1_000).toISOString(),
  };
}

export function view(change: Partial<NamespaceView> & { sets?: readonly Workload[] } = {}): NamespaceView {
  const { sets = [], ...rest } = change;
  return {
    workloads: { StatefulSet: sets, Deployment: [], DaemonSet: [], Job: [] },
    replicaSets: [],
    pods: [],
    claims: [],
    events: [],
    ...rest,
  };
}
