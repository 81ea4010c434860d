/**
 * What is there of releases at this moment, in one pass over their namespace.
 *
 * @module
 */
import { sharedLook } from './coalesced.js';
import { assess, belongsTo } from './diagnose/release.js';
import { isKubernetesError } from './errors.js';
import { lookAtWorkloads, workloadPaths } from './namespace-view.js';
import type { KubernetesObject, Workload } from './objects.js';
import { readinessOf } from './readiness.js';
import { manifestObjects, readStoredRelease } from './release-contents.js';
import { secretsPath } from './releases.js';
import type { Rest } from './rest.js';
import type { Secret } from './secrets/values.js';
import { listAll } from './list.js';

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

/** What a release was told to be: what there must be of it, for as long as nobody changes it. */
export type AppliedLook = Pick<LiveLook, 'objects' | 'wanted'>;

/** Further kinds whose objects a release must still have to count as whole. */
const supporting = {
  Service: 'services',
  ConfigMap: 'configmaps',
  ServiceAccount: 'serviceaccounts',
} as const;

/** Kinds whose number of pods people and autoscalers change. */
const scalable = ['StatefulSet', 'Deployment'] as const;

/** What is there of each release. */
export type NamespaceLook = (release: string) => LiveLook;

/** Looks at all releases of a namespace. @throws KubernetesError */
export async function lookAtReleases(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<NamespaceLook> {
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
  return (release) => {
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
}

/** A look at all releases of a namespace that all who want one at the same time share. @throws KubernetesError */
export const shareLookAtReleases = sharedLook((rest, namespace) => lookAtReleases(rest, namespace));

/** Kinds that count among {@link LiveLook.objects}. */
const counted = [...Object.keys(workloadPaths).filter((kind) => kind !== 'Job'), ...Object.keys(supporting)];

/**
 * What one release was told to be, by what Helm keeps of it: a handful of requests, however many others there are.
 *
 * @param secret - name of the Secret of its newest revision
 * @throws KubernetesError
 */
export async function lookAtApplied(
  rest: Rest,
  namespace: string,
  secret: string,
  signal: AbortSignal,
): Promise<AppliedLook> {
  const { manifest = '' } = readStoredRelease(
    await rest.json<Secret>({ path: `${secretsPath(namespace)}/${secret}`, signal }),
  );
  const objects = manifestObjects(manifest, counted).filter(
    (each) => (each.namespace ?? namespace) === namespace,
  );
  const scaled = objects.flatMap(({ kind, name }) =>
    scalable.filter((one) => one === kind).map((one) => ({ kind: one, name })),
  );
  const [autoscaled, workloads] = await Promise.all([
    autoscaledWorkloads(rest, namespace, signal),
    Promise.all(scaled.map(({ kind, name }) => readWorkload(rest, namespace, { kind, name }, signal))),
  ]);
  return {
    objects: objects.map(({ kind, name }) => `${kind}/${name}`).toSorted(),
    wanted: Object.fromEntries(
      workloads
        .flat()
        .map(
          ({ kind, workload }) =>
            [`${kind}/${workload.metadata.name}`, readinessOf(kind, workload).pods.wanted] as const,
        )
        .filter(([name]) => autoscaled !== undefined && !autoscaled.has(name)),
    ),
  };
}

/** Empty if somebody deleted it. */
async function readWorkload<Kind extends (typeof scalable)[number]>(
  rest: Rest,
  namespace: string,
  { kind, name }: { readonly kind: Kind; readonly name: string },
  signal: AbortSignal,
): Promise<{ readonly kind: Kind; readonly workload: Workload }[]> {
  const path = `${workloadPaths[kind].replace('{namespace}', namespace)}/${name}`;
  try {
    return [{ kind, workload: await rest.json<Workload>({ path, signal }) }];
  } catch (error) {
    if (isKubernetesError(error, 'notFound')) return [];
    throw error;
  }
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
