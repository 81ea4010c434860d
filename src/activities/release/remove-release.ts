/**
 * Removing a release with everything of it.
 *
 * @module
 */
import { HelmError } from '../../helm/errors.js';
import { pathOf, resourceOf, resourcesFor } from '../../kubernetes/api/discovery.js';
import { readMetadata } from '../../kubernetes/api/metadata.js';
import type { FoundObject } from '../../kubernetes/releases/inventory.js';
import { listAll } from '../../kubernetes/api/list.js';
import type { ReleaseAt } from '../../kubernetes/releases/other-objects.js';
import type { KubernetesObject } from '../../kubernetes/api/objects.js';
import { hookAnnotation, isKept, isOfHelm } from '../../kubernetes/releases/ownership.js';
import {
  type ManifestObject,
  nameIn,
  readRemovalContents,
} from '../../kubernetes/releases/release-contents.js';
import { type Release, secretsPath } from '../../kubernetes/releases/releases.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import type { Attempt } from '../attempt.js';
import { describeDefinitionsLeft } from './definitions-left.js';
import type { ResolvedDependencies } from '../dependencies.js';
import type { ReleaseLock } from '../release-lock/release-lock.js';
import { type ReleaseToRemove, releaseObjects } from './release-objects.js';
import { deleteObject, waitUntilGone } from './wait-until-gone.js';

/**
 * Uninstalls the release and waits until everything of it is gone, hooks included, which Helm makes and forgets.
 *
 * @returns what a person should know of it
 * @throws ApplicationFailure `RemoveTimeout`, non-retryable, naming what is stuck; HelmError; KubernetesError
 */
export async function removeRelease(
  dependencies: ResolvedDependencies,
  at: ReleaseToRemove & Pick<Release, 'secret'>,
  { attempt, call, timeout }: Pick<ReleaseLock, 'attempt' | 'call'> & { readonly timeout: number },
): Promise<string[]> {
  const { signal } = attempt;
  const { rest } = dependencies.kubernetes;
  const { namespace, release } = at;
  const objects = await releaseObjects(dependencies, at, signal);
  const { named, hooks, definitions } = await readRemovalContents(rest, namespace, at.secret, signal);
  const refusal = await uninstallOrRefusal(dependencies, {
    namespace,
    release,
    timeout,
    signal,
    ...(call ? { lock: call } : {}),
  });
  if (refusal) for (const each of objects) await deleteObject(dependencies, each, signal);
  // Some a chart makes only now, and some have no label by which they are found.
  const left = await hooksLeft(rest, namespace, hooks, signal);
  await finishRemoval(dependencies, at, [...objects, ...left], { attempt, timeout, named });
  // Only now, so that an attempt that was killed before begins anew.
  if (refusal) await forgetRelease(rest, { namespace, release }, signal);
  const stays = await describeDefinitionsLeft(rest, definitions, signal);
  return [
    ...(refusal ? [`removed object by object, for Helm refuses: ${refusal.message}`] : []),
    ...(stays === undefined ? [] : [stays]),
  ];
}

/**
 * Uninstalls by Helm.
 *
 * @returns why Helm cannot, and never will: it must know the kinds of all objects of a release, and one of them is gone
 * @throws HelmError
 */
async function uninstallOrRefusal(
  { helm }: ResolvedDependencies,
  uninstall: Parameters<ResolvedDependencies['helm']['uninstall']>[0],
): Promise<HelmError | undefined> {
  try {
    await helm.uninstall(uninstall);
    return undefined;
  } catch (error) {
    if (error instanceof HelmError && error.kind === 'chart') return error;
    throw error;
  }
}

/** Takes away what Helm remembers of a release. */
async function forgetRelease(
  rest: Rest,
  { namespace, release }: Pick<ReleaseToRemove, 'namespace' | 'release'>,
  signal: AbortSignal,
): Promise<void> {
  const path = secretsPath(namespace);
  const source = { path, labelSelector: `owner=helm,name=${release}`, metadataOnly: true };
  const { items } = await listAll<KubernetesObject>(rest, source, signal);
  for (const { metadata } of items)
    await rest.deleteIfThere(`${path}/${metadata.name}`, metadata.uid, signal);
}

/** Those of a release's hooks that are there. An object of that name that is no hook is somebody else's. */
async function hooksLeft(
  rest: Rest,
  namespace: string,
  hooks: readonly ManifestObject[],
  signal: AbortSignal,
): Promise<FoundObject[]> {
  const resources = await resourcesFor(rest, hooks, signal);
  const found = hooks.map(async (hook) => {
    const resource = resourceOf(resources, hook);
    if (resource === undefined) return [];
    const path = pathOf(resource, hook.namespace ?? namespace, hook.name);
    const there = await readMetadata(rest, path, signal);
    return there && isHook(there) && !isKept(there) ? [{ resource, metadata: there.metadata }] : [];
  });
  return (await Promise.all(found)).flat();
}

/**
 * Takes away what Helm leaves when it removes a release, its hooks and what a revision made that failed, and waits for the end of
 * all of it.
 *
 * @param objects of the release, as {@link releaseObjects} finds them
 * @param named - those that Helm deletes itself, for the newest revision names them
 * @throws ApplicationFailure `RemoveTimeout`, non-retryable, naming what is stuck; KubernetesError
 */
export async function finishRemoval(
  dependencies: ResolvedDependencies,
  { namespace, release }: ReleaseAt,
  objects: readonly FoundObject[],
  {
    attempt,
    timeout,
    named = [],
  }: {
    readonly attempt: Pick<Attempt, 'signal' | 'tell'>;
    readonly timeout: number;
    readonly named?: readonly ManifestObject[];
  },
): Promise<void> {
  const { signal } = attempt;
  const names = new Set(named.map((each) => nameIn(namespace, each)));
  const isLeft = ({ resource: { kind }, metadata }: FoundObject) =>
    isOfHelm(release, namespace, metadata) && !names.has(nameIn(namespace, { kind, ...metadata }));
  for (const each of objects.filter((one) => isHook(one) || isLeft(one)))
    await deleteObject(dependencies, each, signal);
  await waitUntilGone(dependencies, objects, { ...attempt, timeout });
}

function isHook({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[hookAnnotation] !== undefined;
}
