/**
 * What is there of releases at this moment, in one pass over their namespace.
 *
 * @module
 */
import { assess, belongsTo } from './diagnose/release.js';
import { isKubernetesError } from './errors.js';
import { lookAtWorkloads } from './namespace-view.js';
import type { KubernetesObject } from './objects.js';
import { readinessOf } from './readiness.js';
import type { Rest } from './rest.js';
import { listAll } from './watch.js';

/** What is there of one release. */
export interface LiveLook {
  /** True if every workload that is there is ready. */
  readonly ready: boolean;
  /** E.g. `2/3 pods ready`. */
  readonly pods: string;
  /** `Kind/name` of the lasting objects that Helm made, sorted. Jobs are not among them: they may vanish when they are done. */
  readonly objects: readonly string[];
  /** Pods that each workload is told to have, by `Kind/name`; without those whose number an autoscaler decides. */
  readonly wanted: Readonly<Record<string, number>>;
}

/** Further kinds whose objects a release must still have to count as whole. */
const supporting = {
  Service: 'services',
  ConfigMap: 'configmaps',
  ServiceAccount: 'serviceaccounts',
} as const;

/** Kinds whose number of pods people and autoscalers change. */
const scalable = ['StatefulSet', 'Deployment'] as const;

/** Looks at releases by name. @throws KubernetesError */
export async function lookAtReleases(
  rest: Rest,
  namespace: string,
  releases: Iterable<string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, LiveLook>> {
  const [view, lists, autoscaled] = await Promise.all([
    lookAtWorkloads(rest, namespace, signal),
    Promise.all(
      Object.entries(supporting).map(async ([kind, plural]) => {
        const source = { path: `/api/v1/namespaces/${namespace}/${plural}`, metadataOnly: true };
        return [kind, (await listAll<KubernetesObject>(rest, source, signal)).items] as const;
      }),
    ),
    autoscaledWorkloads(rest, namespace, signal),
  ]);
  const { Job: _finite, ...lasting } = view.workloads;
  const look = (release: string): LiveLook => {
    const isOwn = (each: KubernetesObject) => belongsTo(release, each);
    const { ready, waitingFor } = assess(view, release);
    return {
      ready,
      pods: waitingFor,
      objects: [...Object.entries(lasting), ...lists]
        .flatMap(([kind, items]) => items.filter(isOwn).map(({ metadata }) => `${kind}/${metadata.name}`))
        .toSorted(),
      wanted: Object.fromEntries(
        scalable
          .flatMap((kind) =>
            view.workloads[kind]
              .filter(isOwn)
              .map((each) => [`${kind}/${each.metadata.name}`, readinessOf(kind, each).pods.wanted] as const),
          )
          .filter(([name]) => autoscaled !== undefined && !autoscaled.has(name)),
      ),
    };
  };
  return new Map([...releases].map((release) => [release, look(release)]));
}

interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly scaleTargetRef: { readonly kind: string; readonly name: string } };
}

/** `Kind/name` of what an autoscaler scales; undefined if that may not be seen. */
async function autoscaledWorkloads(
  rest: Rest,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string> | undefined> {
  const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
  try {
    const { items } = await listAll<Autoscaler>(rest, { path }, signal);
    return new Set(
      items.map(({ spec: { scaleTargetRef } }) => `${scaleTargetRef.kind}/${scaleTargetRef.name}`),
    );
  } catch (error) {
    if (isKubernetesError(error, 'notFound')) return new Set();
    if (isKubernetesError(error, 'forbidden')) return undefined;
    throw error;
  }
}
