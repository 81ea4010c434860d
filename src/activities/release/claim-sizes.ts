/**
 * StatefulSets whose claims are to have another size, which Kubernetes lets nobody change in one that is there: their claims are
 * expanded, and they are made anew around their pods, which go on.
 *
 * @module
 */
import { isObject } from '../../changes/object-changes.js';
import type { Resource } from '../../kubernetes/api/discovery.js';
import { isKubernetesError, unlessAbsent } from '../../kubernetes/api/errors.js';
import { listAll } from '../../kubernetes/api/list.js';
import { type Claim, type KubernetesObject, nameOf } from '../../kubernetes/api/objects.js';
import { Patch } from '../../kubernetes/api/rest.js';
import { Observer } from '../../kubernetes/api/watch.js';
import {
  type SmallClaim,
  claimSizesOf,
  claimsToExpand,
  isExpanded,
  withClaimsOf,
} from '../../kubernetes/releases/claim-sizes.js';
import { fixedClass } from '../../kubernetes/releases/expandable.js';
import { documentsOf, readManifest } from '../../kubernetes/releases/release-contents.js';
import type { Attempt } from '../attempt.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { ProgressDeadline } from '../ready/progress-deadline.js';
import { waitUntilGone } from './wait-until-gone.js';

const statefulSets: Resource = {
  kind: 'StatefulSet',
  plural: 'statefulsets',
  base: '/apis/apps/v1',
  namespaced: true,
};

/** A revision of a release. */
interface RevisionAt {
  readonly namespace: string;
  /** Name of the Secret that holds it. */
  readonly secret: string;
  /** Milliseconds that may pass without anything advancing. */
  readonly timeout: number;
}

interface Upgrade extends RevisionAt {
  /** Gives the objects that the upgrade applies. */
  readonly planned: () => Promise<readonly unknown[]>;
}

/**
 * Lets an upgrade give claims other sizes: removes StatefulSets that have others, without their pods. Nothing is touched where
 * the API server refuses one for another reason, which Helm then tells. A volume never gets smaller.
 *
 * @param upgrade - of this revision
 * @throws ApplicationFailure `ClaimNotExpandable` before anything is touched, `ExpansionTimeout`; KubernetesError
 */
export async function makeWayForUpgrade(
  dependencies: ResolvedDependencies,
  { secret, planned, ...at }: Upgrade,
  attempt: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  const { rest } = dependencies.kubernetes;
  const manifest = await readManifest(rest, at.namespace, secret, attempt.signal);
  if (!hasClaimTemplates.test(manifest)) return;
  await makeWayFor(dependencies, { ...at, objects: await planned() }, attempt);
}

/** As {@link makeWayForUpgrade}, for a rollback. @param revision - that there is to be again */
export async function makeWayForRevision(
  dependencies: ResolvedDependencies,
  { secret, ...at }: RevisionAt,
  attempt: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  const { rest } = dependencies.kubernetes;
  const manifest = await readManifest(rest, at.namespace, secret, attempt.signal);
  if (!hasClaimTemplates.test(manifest)) return;
  await makeWayFor(dependencies, { ...at, objects: documentsOf(manifest) }, attempt);
}

const hasClaimTemplates = /^ *volumeClaimTemplates:/m;

interface PlannedObjects {
  readonly namespace: string;
  readonly objects: readonly unknown[];
  readonly timeout: number;
}

async function makeWayFor(
  dependencies: ResolvedDependencies,
  { namespace, objects, timeout }: PlannedObjects,
  attempt: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  for (const planned of objects.filter(isObject)) {
    if (planned.kind !== 'StatefulSet') continue;
    const at = planned.metadata.namespace ?? namespace;
    await makeWay(dependencies, { namespace: at, planned, timeout }, attempt);
  }
}

async function makeWay(
  dependencies: ResolvedDependencies,
  {
    namespace,
    planned,
    timeout,
  }: { readonly namespace: string; readonly planned: KubernetesObject; readonly timeout: number },
  { signal, tell }: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  const { rest } = dependencies.kubernetes;
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/${planned.metadata.name}`;
  const live = await unlessAbsent(() => rest.json<KubernetesObject>({ path, signal }));
  const sizes = live ? claimSizesOf(live, planned) : [];
  if (!live || sizes.length === 0) return;
  try {
    await rest.json({
      method: 'PATCH',
      path,
      query: { dryRun: 'All', fieldManager: 'helm', force: true },
      contentType: Patch.apply,
      body: withClaimsOf(live, { ...planned, metadata: { ...planned.metadata, namespace } }),
      signal,
    });
  } catch (error) {
    if (isKubernetesError(error, 'invalid')) return;
    throw error;
  }
  const collection = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
  const { items } = await listAll<Claim>(rest, { path: collection }, signal);
  const small = claimsToExpand(planned.metadata.name, sizes, items);
  const fixed = await fixedClass(rest, small, signal);
  if (fixed) {
    throw nonRetryable({
      type: 'ClaimNotExpandable',
      message: `the StorageClass ${fixed.storageClass} does not let volumes be expanded, and this one is to have ${fixed.to}; nothing was changed`,
      where: nameOf('PersistentVolumeClaim', fixed.claim.metadata),
      next: 'set the size back in the stack file; or set allowVolumeExpansion of the StorageClass, if what makes its volumes can expand them',
    });
  }
  await expand(dependencies, { path: collection, small, timeout }, { signal, tell });
  tell({ detail: `making the StatefulSet ${planned.metadata.name} anew around its pods` });
  await rest.deleteIfThere(path, live.metadata.uid, signal, 'Orphan');
  const gone = [{ resource: statefulSets, metadata: { ...live.metadata, namespace } }];
  await waitUntilGone(dependencies, gone, { signal, tell, timeout });
}

/** Asks for larger volumes, and waits for them. */
async function expand(
  { kubernetes: { rest }, ticks }: ResolvedDependencies,
  {
    path,
    small,
    timeout,
  }: { readonly path: string; readonly small: readonly SmallClaim[]; readonly timeout: number },
  { signal, tell }: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  for (const { claim, to } of small) {
    await rest.json({
      method: 'PATCH',
      path: `${path}/${claim.metadata.name}`,
      contentType: Patch.merge,
      body: { spec: { resources: { requests: { storage: to } } } },
      signal,
    });
  }
  const deadline = new ProgressDeadline({ timeout, ticks });
  const observer = await Observer.start(rest, { claims: { path } }, signal);
  try {
    for (let fewest = small.length; ;) {
      const { version } = observer;
      const now = new Map(observer.list<Claim>('claims').map((each) => [each.metadata.uid, each]));
      const left = small.flatMap(({ claim, to }) => {
        const found = now.get(claim.metadata.uid);
        return found && !isExpanded(found, to) ? [{ claim: found, to }] : [];
      });
      const [first] = left;
      if (!first) return;
      if (left.length < fewest) deadline.advanced();
      fewest = Math.min(fewest, left.length);
      if (deadline.isOver) throw notExpanded(first, deadline.described);
      const more = left.length > 1 ? `, and ${left.length - 1} more` : '';
      tell({ detail: `waiting until the claim ${first.claim.metadata.name} has ${first.to}${more}` });
      await observer.changed(version, deadline.left);
    }
  } finally {
    observer.close();
  }
}

function notExpanded({ claim, to }: SmallClaim, time: string): Error {
  const { capacity, conditions = [] } = claim.status ?? {};
  const said = conditions.flatMap(({ type, message }) => (message ? [`${type}: ${message}`] : []));
  return nonRetryable({
    type: 'ExpansionTimeout',
    message: `its volume has ${capacity?.storage ?? 'no size'} instead of ${to} after ${time}`,
    where: nameOf('PersistentVolumeClaim', claim.metadata),
    details: said,
    next: `read the events of the claim, and the log of what expands volumes of the StorageClass ${claim.spec?.storageClassName}`,
  });
}
