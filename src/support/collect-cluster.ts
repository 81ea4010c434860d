/**
 * What the API server knows of a stack: objects, events, logs of pods, releases.
 *
 * @module
 */
import type { ClusterEvent, KubernetesObject, Pod } from '../kubernetes/api/objects.js';
import type { Rest } from '../kubernetes/api/rest.js';
import { listAll } from '../kubernetes/api/list.js';
import type { Bundle } from './bundle.js';
import { collectPods } from './collect-pods.js';
import { collectReleases } from './collect-releases.js';
import { isSecret, valuesOf, withoutValues } from '../kubernetes/secrets/values.js';
import { secretsReadAnnotation } from '../kubernetes/secrets/secrets-read.js';
import type { Secret } from '../kubernetes/secrets/values.js';
import type { SecretValue } from '../redaction/redactor.js';

/** Collections by the file that they become; those with a namespace are of the stack's alone. */
const collections: Readonly<Record<string, string>> = {
  pods: '/api/v1/namespaces/{namespace}/pods',
  services: '/api/v1/namespaces/{namespace}/services',
  configmaps: '/api/v1/namespaces/{namespace}/configmaps',
  serviceaccounts: '/api/v1/namespaces/{namespace}/serviceaccounts',
  persistentvolumeclaims: '/api/v1/namespaces/{namespace}/persistentvolumeclaims',
  resourcequotas: '/api/v1/namespaces/{namespace}/resourcequotas',
  limitranges: '/api/v1/namespaces/{namespace}/limitranges',
  statefulsets: '/apis/apps/v1/namespaces/{namespace}/statefulsets',
  deployments: '/apis/apps/v1/namespaces/{namespace}/deployments',
  daemonsets: '/apis/apps/v1/namespaces/{namespace}/daemonsets',
  replicasets: '/apis/apps/v1/namespaces/{namespace}/replicasets',
  jobs: '/apis/batch/v1/namespaces/{namespace}/jobs',
  leases: '/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases',
  networkpolicies: '/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies',
  nodes: '/api/v1/nodes',
  persistentvolumes: '/api/v1/persistentvolumes',
  storageclasses: '/apis/storage.k8s.io/v1/storageclasses',
};

/**
 * Collects all of it.
 *
 * @returns the values of Secrets that were seen, undefined if the namespace's Secrets cannot be read
 */
export async function collectCluster(
  rest: Rest,
  namespace: string,
  bundle: Bundle,
): Promise<readonly SecretValue[] | undefined> {
  const list = async <T extends KubernetesObject>(
    what: string,
    path: string,
  ): Promise<readonly T[] | undefined> =>
    bundle.attempt(what, async () => {
      const source = { path: path.replace('{namespace}', namespace) };
      return (await listAll<T>(rest, source)).items.map(withoutManagedFields);
    });
  const found = new Map<string, readonly KubernetesObject[]>();
  for (const [name, path] of Object.entries(collections)) {
    const items = await list(name, path);
    if (items !== undefined && items.length > 0) {
      found.set(name, items);
      bundle.addObjects(`objects/${name}.yaml`, items);
    }
  }
  const events = (await list<ClusterEvent>('events', '/api/v1/namespaces/{namespace}/events')) ?? [];
  bundle.add('events.txt', renderEvents(events));
  await collectPods(rest, (found.get('pods') ?? []) as readonly Pod[], events, bundle);
  const secrets = await list<Secret>('Secrets', '/api/v1/namespaces/{namespace}/secrets');
  if (secrets === undefined) {
    return undefined;
  }
  bundle.addObjects('objects/secrets.yaml', secrets.map(withoutValues));
  const revisions = collectReleases(secrets, bundle);
  const inManifests = revisions.flatMap(({ objects }) => objects.filter(isSecret));
  return [...secrets, ...inManifests].flatMap(valuesOf);
}

/** Who changed which field when makes objects twice as long, and digests of what is secret are nobody's business. */
function withoutManagedFields<T extends KubernetesObject>(object: T): T {
  const { managedFields: _, annotations, ...metadata } = object.metadata;
  if (annotations === undefined) return { ...object, metadata };
  const { [secretsReadAnnotation]: __, ...others } = annotations;
  return { ...object, metadata: { ...metadata, annotations: others } };
}

/** A line an event, oldest first. */
function renderEvents(events: readonly ClusterEvent[]): string {
  return events
    .map((event) => ({ event, time: timeOf(event) }))
    .toSorted((one, other) => one.time.localeCompare(other.time))
    .map(({ event: { type, reason, message, involvedObject }, time }) => {
      const object = `${involvedObject?.kind ?? ''}/${involvedObject?.name ?? ''}`;
      return `${time} ${type ?? ''} ${reason ?? ''} ${object}: ${message ?? ''}\n`;
    })
    .join('');
}

function timeOf({ lastTimestamp, eventTime, firstTimestamp, metadata }: ClusterEvent): string {
  return lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? '';
}
