/**
 * What is there of releases at this moment, in one pass over their namespace.
 *
 * @module
 */
import { defined } from '../../util/defined.js';
import { sharedLook } from '../api/coalesced.js';
import { basePathOf, pathOf, resourceOf, resourcesOf } from '../api/discovery.js';
import { assess, belongsTo } from '../diagnose/release.js';
import { unlessAbsent, unlessForbidden } from '../api/errors.js';
import { helmFields, otherHands } from './field-ownership.js';
import { type LastingKind, isLasting, lastingKindOf, lastingKinds } from './lasting-kinds.js';
import { secretReferences } from '../secrets/references.js';
import { secretsReadOf } from '../secrets/secrets-read.js';
import { lookAtWorkloads, workloadPaths } from './namespace-view.js';
import type { KubernetesObject, Metadata, Workload } from '../api/objects.js';
import {
  type OtherObjects,
  type OthersLook,
  type ReleaseAt,
  findOtherObjects,
  lookAtOtherObjects,
} from './other-objects.js';
import { readinessOf } from './readiness.js';
import { type ManifestObject, manifestObjects, readManifest } from './release-contents.js';
import type { ReadyObjects } from '../../stack/plan/plan-types.js';
import { type Rest, metadataOnly } from '../api/rest.js';
import { RotatedSecrets } from './rotated-secrets.js';
import { listAll } from '../api/list.js';

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
  /** Names of Secrets that have other values than when its pods started, sorted. */
  readonly rotated: readonly string[];
  /** For people: which other hands wrote an object, by `Kind/name`. */
  readonly hands: Readonly<Record<string, string>>;
  /** Kinds that may not be listed, or are not served: whether their objects are there nobody knows. */
  readonly unseen: readonly string[];
  /** What is there of the objects that the look at the namespace does not find; absent if nobody asked for them. */
  readonly others?: OthersLook;
}

/** What a release was told to be: what there must be of it, for as long as nobody changes it. */
export type AppliedLook = Pick<LiveLook, 'objects' | 'wanted' | 'fields'> & {
  readonly others: OtherObjects;
  /** True if there are Secrets of which nobody wrote down what pods have read. */
  readonly isUnknownWhatPodsHaveRead: boolean;
};

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
  const [view, others] = await Promise.all([
    lookAtWorkloads(rest, namespace, signal),
    Promise.all(
      lastingKinds
        .filter(({ kind }) => !(kind in workloadPaths))
        .map(async (kind) => ({ kind: kind.kind, items: await itemsOf(rest, namespace, kind, signal) })),
    ),
  ]);
  const { Job: _finite, ...lasting } = view.workloads;
  const seen: readonly (readonly [kind: string, items: readonly KubernetesObject[]])[] = [
    ...Object.entries(lasting),
    ...others.map(({ kind, items = [] }) => [kind, items] as const),
  ];
  const unseen = others.filter(({ items }) => items === undefined).map(({ kind }) => kind);
  const autoscalers = others.find(({ kind }) => kind === autoscaler.kind)?.items;
  const autoscaled = autoscalers && scaledBy(autoscalers as readonly Autoscaler[]);
  const secrets = others.find(({ kind }) => kind === 'Secret')?.items ?? [];
  const rotated = await rotatedOf(
    Object.values(lasting).flat(),
    new RotatedSecrets(rest, namespace, secrets, signal),
  );
  return (release) => {
    const isOwn = (each: KubernetesObject) => belongsTo(release, each);
    const { ready, waitingFor } = assess(view, release);
    const own = seen.flatMap(([kind, items]) =>
      items.filter(isOwn).map(({ metadata }) => [`${kind}/${metadata.name}`, metadata] as const),
    );
    return {
      unseen,
      ready,
      pods: waitingFor,
      rotated: [...new Set(rotated.flatMap((each) => (isOwn(each.workload) ? each.secrets : [])))].toSorted(),
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

/** The workloads whose pods have read Secrets that have other values now. */
async function rotatedOf(
  workloads: readonly Workload[],
  rotated: RotatedSecrets,
): Promise<{ readonly workload: Workload; readonly secrets: readonly string[] }[]> {
  const found = workloads.map(async (workload) => ({ workload, secrets: await rotated.of(workload) }));
  return (await Promise.all(found)).filter(({ secrets }) => secrets.length > 0);
}

/** A look at all releases of a namespace that all who want one at the same time share. @throws KubernetesError */
export const shareLookAtReleases = sharedLook((rest, namespace) => lookAtReleases(rest, namespace));

/** The look at a release with what it has besides. @throws KubernetesError */
export async function withOtherObjects(
  rest: Rest,
  at: ReleaseAt,
  { look, others = {} }: { readonly look: LiveLook; readonly others?: OtherObjects | undefined },
  signal?: AbortSignal,
): Promise<LiveLook> {
  if (Object.keys(others).length === 0) return look;
  return { ...look, others: await lookAtOtherObjects(rest, at, others, signal) };
}

/** Of those that nobody but the chart has a say in. */
function fieldsOf(objects: readonly (readonly [name: string, Metadata])[]): Record<string, string> {
  return Object.fromEntries(
    objects.flatMap(([name, metadata]) => {
      const grows = lastingKinds.some((each) => each.grows === true && name.startsWith(`${each.kind}/`));
      const digest = grows ? undefined : helmFields(metadata);
      return digest === undefined ? [] : [[name, digest] as const];
    }),
  );
}

/**
 * What one release was told to be, by what Helm keeps of it: a handful of requests, however many others there are.
 *
 * @param secret - name of the Secret of its newest revision
 * @param rules - what some of its objects must say of themselves to be ready
 * @throws KubernetesError
 */
export async function lookAtApplied(
  rest: Rest,
  at: ReleaseAt,
  secret: string,
  rules: readonly ReadyObjects[],
  signal: AbortSignal,
): Promise<AppliedLook> {
  const { namespace } = at;
  const manifest = await readManifest(rest, namespace, secret, signal);
  const all = manifestObjects(manifest);
  const objects = all.filter((each) => isLasting(each, namespace));
  const [autoscalers, found, others] = await Promise.all([
    itemsOf(rest, namespace, autoscaler, signal),
    Promise.all(objects.map((each) => readObject(rest, namespace, each, signal))),
    findOtherObjects(rest, at, all, rules, signal),
  ]);
  const autoscaled = autoscalers && scaledBy(autoscalers as readonly Autoscaler[]);
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
    others,
    isUnknownWhatPodsHaveRead: there.some(({ object: { metadata, spec } }) => {
      const known = secretsReadOf(metadata);
      return secretReferences(spec?.template).some((each) => known?.[each.secret] === undefined);
    }),
  };
}

/**
 * An object of a release as it is now; undefined if it is not there, or its kind is not served.
 *
 * @throws KubernetesError
 */
export async function readLiveObject(
  rest: Rest,
  namespace: string,
  { apiVersion, kind, name, namespace: its = namespace }: ManifestObject,
): Promise<KubernetesObject | undefined> {
  const resource =
    lastingKindOf(kind, apiVersion) ??
    resourceOf(await resourcesOf(rest, basePathOf(apiVersion)), { apiVersion, kind });
  if (resource === undefined) return undefined;
  const path = pathOf(resource, its, name);
  return await unlessAbsent(() => rest.json<KubernetesObject>({ path }));
}

/** Of a workload all of it, of others the metadata. Empty if somebody deleted it, or it may not be seen. */
async function readObject(
  rest: Rest,
  namespace: string,
  { apiVersion, kind, name }: ManifestObject,
  signal: AbortSignal,
): Promise<{ readonly kind: string; readonly name: string; readonly object: Workload }[]> {
  const lasting = lastingKindOf(kind, apiVersion);
  if (lasting === undefined) return [];
  const request = {
    path: pathOf(lasting, namespace, name),
    ...(kind in workloadPaths ? {} : { accept: metadataOnly.one }),
    signal,
  };
  const object = await unlessForbidden(() => unlessAbsent(() => rest.json<Workload>(request)));
  return object ? [{ kind, name: `${kind}/${name}`, object }] : [];
}

/** The objects of a kind, contents only where they are needed; undefined if they may not be seen. */
async function itemsOf(
  rest: Rest,
  namespace: string,
  kind: LastingKind,
  signal: AbortSignal | undefined,
): Promise<readonly KubernetesObject[] | undefined> {
  const source = {
    path: pathOf(kind, namespace),
    metadataOnly: kind !== autoscaler,
    ...defined({ fieldSelector: kind.fieldSelector }),
  };
  const look = () => listAll<KubernetesObject>(rest, source, signal);
  return (await unlessForbidden(() => unlessAbsent(look)))?.items;
}

/** The kind that decides how many pods others want. */
const autoscaler = lastingKinds.find(({ kind }) => kind === 'HorizontalPodAutoscaler') as LastingKind;

interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly scaleTargetRef: { readonly kind: string; readonly name: string } };
}

/** `Kind/name` of what autoscalers scale. */
function scaledBy(autoscalers: readonly Autoscaler[]): ReadonlySet<string> {
  return new Set(
    autoscalers.map(({ spec: { scaleTargetRef } }) => `${scaleTargetRef.kind}/${scaleTargetRef.name}`),
  );
}
