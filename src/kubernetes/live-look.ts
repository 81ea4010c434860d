/**
 * What is there of releases at this moment, in one pass over their namespace.
 *
 * @module
 */
import { sharedLook } from './coalesced.js';
import { assess, belongsTo } from './diagnose/release.js';
import { isKubernetesError, unlessAbsent } from './errors.js';
import { helmFields, otherHands } from './field-ownership.js';
import { lookAtWorkloads, workloadPaths } from './namespace-view.js';
import type { KubernetesObject, Metadata, Workload } from './objects.js';
import { readinessOf } from './readiness.js';
import { manifestObjects, readManifest } from './release-contents.js';
import { type Rest, metadataOnly } from './rest.js';
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
  /** Digests of the fields that are Helm's, by `Kind/name`. */
  readonly fields: Readonly<Record<string, string>>;
  /** For people: which other hands wrote an object, by `Kind/name`. */
  readonly hands: Readonly<Record<string, string>>;
}

/** What a release was told to be: what there must be of it, for as long as nobody changes it. */
export type AppliedLook = Pick<LiveLook, 'objects' | 'wanted' | 'fields'>;

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
    const own = [...Object.entries(lasting), ...lists].flatMap(([kind, items]) =>
      items.filter(isOwn).map(({ metadata }) => [`${kind}/${metadata.name}`, metadata] as const),
    );
    return {
      ready,
      pods: waitingFor,
      objects: own.map(([name]) => name).toSorted(),
      fields: fieldsOf(own),
      hands: Object.fromEntries(own.map(([name, metadata]) => [name, otherHands(metadata)])),
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

function fieldsOf(objects: readonly (readonly [name: string, Metadata])[]): Record<string, string> {
  return Object.fromEntries(
    objects.flatMap(([name, metadata]) => {
      const digest = helmFields(metadata);
      return digest === undefined ? [] : [[name, digest] as const];
    }),
  );
}

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
  const manifest = await readManifest(rest, namespace, secret, signal);
  const objects = manifestObjects(manifest, counted).filter(
    (each) => (each.namespace ?? namespace) === namespace,
  );
  const [autoscaled, found] = await Promise.all([
    autoscaledWorkloads(rest, namespace, signal),
    Promise.all(objects.map(({ kind, name }) => readObject(rest, namespace, { kind, name }, signal))),
  ]);
  const there = found.flat();
  const wanted = there.flatMap(({ kind, name, object }) =>
    scalable
      .filter((each) => each === kind && autoscaled !== undefined && !autoscaled.has(name))
      .map((each) => [name, readinessOf(each, object).pods.wanted] as const),
  );
  return {
    objects: objects.map(({ kind, name }) => `${kind}/${name}`).toSorted(),
    wanted: Object.fromEntries(wanted),
    fields: fieldsOf(there.map(({ name, object }) => [name, object.metadata])),
  };
}

/**
 * An object of one of the kinds that count, as it is now; undefined if it is not there, or is of another kind.
 *
 * @param object - `Kind/name`
 * @throws KubernetesError
 */
export async function readLiveObject(
  rest: Rest,
  namespace: string,
  object: string,
): Promise<KubernetesObject | undefined> {
  const [kind = '', name = ''] = object.split('/');
  const path = pathOf(kind, namespace);
  return path === undefined
    ? undefined
    : await unlessAbsent(() => rest.json<KubernetesObject>({ path: `${path}/${name}` }));
}

/** Where objects of a kind that counts lie. */
function pathOf(kind: string, namespace: string): string | undefined {
  const workloads = (workloadPaths as Readonly<Record<string, string>>)[kind];
  const others = (supporting as Readonly<Record<string, string>>)[kind];
  return (
    workloads?.replace('{namespace}', namespace) ??
    (others === undefined ? undefined : `/api/v1/namespaces/${namespace}/${others}`)
  );
}

/** Of a workload all of it, of others the metadata. Empty if somebody deleted it. */
async function readObject(
  rest: Rest,
  namespace: string,
  { kind, name }: { readonly kind: string; readonly name: string },
  signal: AbortSignal,
): Promise<{ readonly kind: string; readonly name: string; readonly object: Workload }[]> {
  const request = {
    path: `${pathOf(kind, namespace)}/${name}`,
    ...(kind in workloadPaths ? {} : { accept: metadataOnly.one }),
    signal,
  };
  const object = await unlessAbsent(() => rest.json<Workload>(request));
  return object ? [{ kind, name: `${kind}/${name}`, object }] : [];
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
