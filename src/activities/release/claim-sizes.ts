/**
 * StatefulSets whose claims are to have another size, which Kubernetes lets nobody change in one that is there: their claims are
 * expanded, and they are made anew around their pods, which go on.
 *
 * @module
 */
import { isObject } from '../../changes/object-changes.js';
import { pathOf } from '../../kubernetes/api/discovery.js';
import { isKubernetesError, unlessAbsent } from '../../kubernetes/api/errors.js';
import { listAll } from '../../kubernetes/api/list.js';
import { type Claim, type KubernetesObject, type Workload, nameOf } from '../../kubernetes/api/objects.js';
import { Patch, type Rest } from '../../kubernetes/api/rest.js';
import {
  type SmallClaim,
  claimsToExpand,
  differsInSizes,
  withClaimsOf,
} from '../../kubernetes/releases/claim-sizes.js';
import { fixedClass } from '../../kubernetes/releases/expandable.js';
import { isMarkedAs } from '../../kubernetes/releases/ownership.js';
import { documentsOf, readManifest } from '../../kubernetes/releases/release-contents.js';
import type { Attempt } from '../attempt.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { claimResource } from './claims.js';
import { expandClaims } from './expand-claims.js';
import { makeAnew, statefulSetResource } from './make-anew.js';

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
  const sets = await withSmallClaims(rest, found, attempt.signal);
  const small = sets.flatMap((each) => each.small);
  const fixed = await fixedClass(rest, small, attempt.signal);
  const isFixed = ({ claim }: SmallClaim) => isOf(fixed, claim);
  if (fixed && sets.some((each) => each.differs && each.small.some(isFixed))) {
    throw nonRetryable({
      type: 'ClaimNotExpandable',
      message: `the StorageClass ${fixed.storageClass} does not let volumes be expanded, and this one is to have ${fixed.to}; nothing was changed`,
      where: nameOf('PersistentVolumeClaim', fixed.claim.metadata),
      next: 'set the size back in the stack file; or set allowVolumeExpansion of the StorageClass, if what makes its volumes can expand them',
    });
  }
  const expandable = small.filter((each) => !isFixed(each));
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
}

/** What was found, with the claims that are to be expanded; each namespace is asked once. */
async function withSmallClaims(
  rest: Rest,
  found: readonly Found[],
  signal: AbortSignal,
): Promise<readonly (Found & { readonly small: readonly SmallClaim[] })[]> {
  const namespaces = [...new Set(found.map(({ namespace }) => namespace))];
  const listed = namespaces.map(async (namespace) => {
    const path = pathOf(claimResource, namespace);
    return [namespace, (await listAll<Claim>(rest, { path }, signal)).items] as const;
  });
  const claims = new Map(await Promise.all(listed));
  return found.map((each) => ({
    ...each,
    small: claimsToExpand(each.planned, claims.get(each.namespace) ?? []),
  }));
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
      const path = pathOf(statefulSetResource, at, planned.metadata.name);
      const live = await unlessAbsent(() => rest.json<KubernetesObject>({ path, signal }));
      const differs = live !== undefined && differsInSizes(live, planned);
      return { planned, namespace: at, live, differs };
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
      path: pathOf(statefulSetResource, namespace, planned.metadata.name),
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
