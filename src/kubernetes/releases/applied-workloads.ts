/**
 * The workloads that a release was told to have, in the versions that the server has by now: a watch that many share may
 * lag behind what was just written.
 *
 * @module
 */
import type { NamespaceView } from '../diagnose/release.js';
import { readMetadata } from '../api/metadata.js';
import { workloadPaths } from './namespace-view.js';
import type { WorkloadKind } from './readiness.js';
import type { ReleaseAt } from './other-objects.js';
import { type ManifestObject, manifestObjects, readManifest } from './release-contents.js';
import { listReleases } from './releases.js';
import type { Rest } from '../api/rest.js';

export interface AppliedWorkload {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly resourceVersion: string;
}

/** The manifest of the newest revision; empty if there is none. @throws KubernetesError */
export async function appliedManifest(
  rest: Rest,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const [release] = await listReleases(rest, namespace, { name, signal });
  return release ? await readManifest(rest, namespace, release.secret, signal) : '';
}

/**
 * The manifest of the newest revision, if a view is as new as its workloads: a watch may not know yet what was just applied, and only what
 * the server says now tells. Undefined if it is older.
 *
 * @throws KubernetesError
 */
export async function manifestIfSeen(
  rest: Rest,
  { namespace, release }: ReleaseAt,
  view: NamespaceView,
  signal: AbortSignal,
): Promise<string | undefined> {
  const manifest = await appliedManifest(rest, namespace, release, signal);
  return hasCaughtUp(view, await appliedWorkloads(rest, namespace, manifest, signal)) ? manifest : undefined;
}

/** Asks the server for the workloads of a manifest; those that somebody deleted are not among them. @throws KubernetesError */
export async function appliedWorkloads(
  rest: Rest,
  namespace: string,
  manifest: string,
  signal: AbortSignal,
): Promise<AppliedWorkload[]> {
  const named = manifestObjects(manifest, Object.keys(workloadPaths)) as (ManifestObject & {
    kind: WorkloadKind;
  })[];
  const looks = named.map(
    async ({ kind, name: of, namespace: at = namespace }): Promise<AppliedWorkload[]> => {
      const collection = workloadPaths[kind].replace('{namespace}', at);
      const now = await readMetadata(rest, `${collection}/${of}`, signal);
      return now ? [{ kind, name: of, resourceVersion: now.metadata.resourceVersion ?? '' }] : [];
    },
  );
  return (await Promise.all(looks)).flat();
}

/** True if the view is at least as new as each of them. */
export function hasCaughtUp({ workloads }: NamespaceView, applied: readonly AppliedWorkload[]): boolean {
  return applied.every(({ kind, name, resourceVersion }) => {
    const seen = workloads[kind].find(({ metadata }) => metadata.name === name);
    return seen !== undefined && !isOlder(seen.metadata.resourceVersion ?? '', resourceVersion);
  });
}

/** Versions are numbers without leading zeros, compared by length first, as Kubernetes 1.35 promises of all it serves. */
function isOlder(version: string, than: string): boolean {
  return version.length === than.length ? version < than : version.length < than.length;
}
