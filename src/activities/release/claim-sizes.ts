/**
 * StatefulSets whose claims are to have another size, which Kubernetes lets nobody change in one that is there: their claims are
 * expanded, and they are made anew around their pods, which go on.
 *
 * @module
 */
import { isObject } from '../../changes/object-changes.js';
import { isKubernetesError, unlessAbsent } from '../../kubernetes/api/errors.js';
import { listAll } from '../../kubernetes/api/list.js';
import { type Claim, type KubernetesObject, type Workload, nameOf } from '../../kubernetes/api/objects.js';
import { Patch, type Rest } from '../../kubernetes/api/rest.js';
import { claimsToExpand, differsInSizes, withClaimsOf } from '../../kubernetes/releases/claim-sizes.js';
import { fixedClass } from '../../kubernetes/releases/expandable.js';
import { isMarkedAs } from '../../kubernetes/releases/ownership.js';
import { documentsOf, readManifest } from '../../kubernetes/releases/release-contents.js';
import type { Attempt } from '../attempt.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { expandClaims } from './expand-claims.js';
import { makeAnew } from './make-anew.js';

/** A release that is about to change. */
interface Change {
  readonly namespace: string;
  readonly release: string;
  /** Milliseconds that may pass without anything advancing. */
  readonly timeout: number;
}

export interface Upgrade extends Change {
  /** Gives the objects that the upgrade applies. */
  readonly planned: () => Promise<readonly unknown[]>;
}

/**
 * Lets an upgrade give claims other sizes. Nothing is touched where the API server refuses one of the StatefulSets for another reason,
 * which Helm then tells. A volume never gets smaller.
 *
 * @throws ApplicationFailure `ClaimNotExpandable`, `QuotaExceeded` before anything is touched, `ExpansionTimeout`; KubernetesError
 */
export async function makeWayForUpgrade(
  dependencies: ResolvedDependencies,
  { planned, ...change }: Upgrade,
  attempt: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  const { rest } = dependencies.kubernetes;
  const found = await lookAt(rest, change, await planned(), attempt.signal);
  if (found === undefined) return;
  const small = found.flatMap(({ planned: each, claims }) => claimsToExpand(each, claims));
  const fixed = await fixedClass(rest, small, attempt.signal);
  const isWanted = (each: Found) =>
    each.differs && claimsToExpand(each.planned, each.claims).some(({ claim }) => isOf(fixed, claim));
  if (fixed && found.some(isWanted)) {
    throw nonRetryable({
      type: 'ClaimNotExpandable',
      message: `the StorageClass ${fixed.storageClass} does not let volumes be expanded, and this one is to have ${fixed.to}; nothing was changed`,
      where: nameOf('PersistentVolumeClaim', fixed.claim.metadata),
      next: 'set the size back in the stack file; or set allowVolumeExpansion of the StorageClass, if what makes its volumes can expand them',
    });
  }
  const expandable = small.filter(({ claim }) => !isOf(fixed, claim));
  await expandClaims(dependencies, { small: expandable, timeout: change.timeout }, attempt);
  await makeAnewWhere(dependencies, found, change, attempt);
}

/** Lets a rollback give claims the sizes that they had: no volume is touched. @param secret - that holds the revision */
export async function makeWayForRevision(
  dependencies: ResolvedDependencies,
  { secret, ...change }: Change & { readonly secret: string },
  attempt: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  const { rest } = dependencies.kubernetes;
  const manifest = await unlessAbsent(() => readManifest(rest, change.namespace, secret, attempt.signal));
  const found = await lookAt(rest, change, documentsOf(manifest ?? ''), attempt.signal);
  if (found) await makeAnewWhere(dependencies, found, change, attempt);
}

/** A StatefulSet with claims. */
interface Found {
  readonly planned: KubernetesObject;
  readonly namespace: string;
  /** Undefined if it is not there. */
  readonly live: KubernetesObject | undefined;
  /** Whether its claims are to have other sizes. */
  readonly differs: boolean;
  /** Those of its namespace. */
  readonly claims: readonly Claim[];
}

/** What is there of the planned StatefulSets with claims; undefined if there is none, or one that is not to be touched. */
async function lookAt(
  rest: Rest,
  { namespace, release }: Change,
  objects: readonly unknown[],
  signal: AbortSignal,
): Promise<readonly Found[] | undefined> {
  const sets = objects.filter(isObject).filter((each) => each.kind === 'StatefulSet' && hasClaims(each));
  if (sets.length === 0) return undefined;
  const found = await Promise.all(
    sets.map(async (planned): Promise<Found> => {
      const at = planned.metadata.namespace ?? namespace;
      const path = `/api/v1/namespaces/${at}/persistentvolumeclaims`;
      const { items: claims } = await listAll<Claim>(rest, { path }, signal);
      const live = await unlessAbsent(() =>
        rest.json<KubernetesObject>({ path: pathOfSet(at, planned), signal }),
      );
      const differs = live !== undefined && differsInSizes(live, planned);
      return { planned, namespace: at, live, differs, claims };
    }),
  );
  // Somebody else's: Helm says so.
  if (found.some(({ live }) => live && !isMarkedAs(release, namespace, live.metadata))) return undefined;
  const areFine = await Promise.all(found.map((each) => isAccepted(rest, each, signal)));
  return areFine.every(Boolean) ? found : undefined;
}

function hasClaims(statefulSet: KubernetesObject): boolean {
  return ((statefulSet as Workload).spec?.volumeClaimTemplates ?? []).length > 0;
}

/** Whether the API server has nothing against the StatefulSet but its claims. */
async function isAccepted(
  rest: Rest,
  { planned, namespace, live, differs }: Found,
  signal: AbortSignal,
): Promise<boolean> {
  if (!live || !differs) return true;
  try {
    await rest.json({
      method: 'PATCH',
      path: pathOfSet(namespace, planned),
      query: { dryRun: 'All', fieldManager: 'helm', force: true },
      contentType: Patch.apply,
      body: withClaimsOf(live, { ...planned, metadata: { ...planned.metadata, namespace } }),
      signal,
    });
    return true;
  } catch (error) {
    if (isKubernetesError(error, 'invalid')) return false;
    throw error;
  }
}

async function makeAnewWhere(
  dependencies: ResolvedDependencies,
  found: readonly Found[],
  { timeout }: Change,
  attempt: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  for (const { live, planned, differs } of found) {
    if (live && differs) await makeAnew(dependencies, { live, planned, timeout }, attempt);
  }
}

function isOf(fixed: { readonly claim: Claim } | undefined, { spec }: Claim): boolean {
  return fixed !== undefined && fixed.claim.spec?.storageClassName === spec?.storageClassName;
}

function pathOfSet(namespace: string, { metadata: { name } }: KubernetesObject): string {
  return `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;
}
