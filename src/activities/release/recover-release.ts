/**
 * Releases that somebody is in the middle of, or died in the middle of.
 *
 * @module
 */
import { HelmError } from '../../helm/errors.js';
import {
  type Release,
  listReleases,
  listRevisions,
  secretsPath,
} from '../../kubernetes/releases/releases.js';
import { Observer } from '../../kubernetes/api/watch.js';
import type { ResolvedDependencies } from '../dependencies.js';
import type { ReleaseLock } from '../release-lock/release-lock.js';
import { isPending } from '../proofs/inspection.js';
import { makeWayForRevision } from './claim-sizes.js';
import { removeRelease } from './remove-release.js';

/** Milliseconds for Helm's own hooks during recovery. */
const hookTimeout = 120_000;

/**
 * Waits until nobody works on the release any more.
 *
 * What the holder of the lease left pending when it died has nobody. Somebody who holds no lease, a person at a Helm
 * of their own, is taken for dead when the release was not written for long enough.
 *
 * @returns the release, pending only if its owner is dead; undefined if there is none
 * @throws KubernetesError
 */
export async function settleRelease(
  { kubernetes: { rest }, ownerPatience }: ResolvedDependencies,
  { namespace, release: name }: { readonly namespace: string; readonly release: string },
  { attempt: { signal, tell }, predecessor }: Pick<ReleaseLock, 'attempt' | 'predecessor'>,
): Promise<Release | undefined> {
  const look = async () => (await listReleases(rest, namespace, { name, signal }))[0];
  let release = await look();
  const isLeft = predecessor?.intent !== undefined && predecessor.helmEnded;
  if (!release || !isPending(release.status) || isLeft) return release;
  const source = {
    path: secretsPath(namespace),
    labelSelector: `owner=helm,name=${name}`,
    metadataOnly: true,
  };
  const observer = await Observer.start(rest, { releases: source }, signal);
  try {
    for (;;) {
      const { version } = observer;
      release = await look();
      if (!release || !isPending(release.status)) return release;
      const patience = release.touched + ownerPatience - rest.serverTime();
      if (patience <= 0) return release;
      tell({ detail: whoWorks(release, Math.ceil(patience / 60_000)) });
      await observer.changed(version, patience);
    }
  } finally {
    observer.close();
  }
}

/** For people: what is waited for, and what to do about it. */
function whoWorks({ name, revision, status }: Release, minutes: number): string {
  const end = revision === 1 ? 'helm uninstall' : 'helm rollback';
  return `another Helm works on the release (${status}), started by hand or elsewhere; it is taken for dead when it writes nothing for ${minutes} min more, or at once after \`${end} ${name}\``;
}

/**
 * Mends what a dead owner left: every later call of Helm would be refused otherwise. What was deployed at some time
 * is never purged, but put back, also if its removal had begun.
 *
 * @param at the release as {@link settleRelease} found it
 * @returns what was recovered, for people; undefined if nothing had to be
 * @throws HelmError; KubernetesError; ApplicationFailure `RemoveTimeout`
 */
export async function recoverRelease(
  dependencies: ResolvedDependencies,
  { namespace, release }: { readonly namespace: string; readonly release: Release | undefined },
  lock: Pick<ReleaseLock, 'attempt' | 'call'>,
): Promise<string | undefined> {
  if (!release || !isPending(release.status)) return undefined;
  const { name, revision, status } = release;
  lock.attempt.tell({ detail: `recovering a release that was left ${status}` });
  // Of a revision that was being removed, Helm's labels do not tell any more whether it was ever deployed.
  const target = status === 'uninstalling' ? revision : release.lastDeployed;
  if (target === undefined) {
    const at = { namespace, release: name, secret: release.secret };
    await removeRelease(dependencies, at, { ...lock, timeout: hookTimeout });
    return `removed revision ${revision}, left ${status}`;
  }
  await rollBack(dependencies, { namespace, release, target }, lock);
  return `rolled back revision ${revision}, left ${status}, to ${target}`;
}

/** A rollback that fails recovers as well: it leaves a revision with the status `failed`, which can be upgraded. */
async function rollBack(
  dependencies: ResolvedDependencies,
  {
    namespace,
    release: { name },
    target,
  }: { readonly namespace: string; readonly release: Release; readonly target: number },
  { attempt, call }: Pick<ReleaseLock, 'attempt' | 'call'>,
): Promise<void> {
  const {
    helm,
    kubernetes: { rest },
  } = dependencies;
  const { signal } = attempt;
  const revisions = await listRevisions(rest, namespace, name, signal);
  const secret = revisions.find(({ revision }) => revision === target)?.secret;
  if (secret !== undefined)
    await makeWayForRevision(
      dependencies,
      { namespace, release: name, secret, timeout: hookTimeout },
      attempt,
    );
  const how = { timeout: hookTimeout, signal, ...(call ? { lock: call } : {}) };
  try {
    await helm.rollback({ namespace, release: name, revision: target, ...how });
  } catch (error) {
    if (!(error instanceof HelmError) || signal.aborted) throw error;
    const [now] = await listReleases(rest, namespace, { name, signal });
    if (now?.status !== 'failed') throw error;
  }
}
