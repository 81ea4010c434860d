/**
 * Releases that a dead owner left in the middle of something.
 *
 * @module
 */
import { type Release, listReleases, secretsPath } from '../kubernetes/releases.js';
import { Observer } from '../kubernetes/watch.js';
import type { Attempt } from './attempt.js';
import type { ResolvedDependencies } from './dependencies.js';
import { isPending } from './inspection.js';
import { removeRelease } from './release-objects.js';

/** Milliseconds for Helm's own hooks while mending. */
const hookTimeout = 120_000;

/**
 * Waits until the release's owner has ended or must be dead, then mends what a dead one left. Every later call of
 * Helm would be refused otherwise.
 *
 * @returns what was mended, for people; undefined if nothing had to be
 */
export async function mendRelease(
  dependencies: ResolvedDependencies,
  at: { readonly namespace: string; readonly release: string },
  attempt: Attempt,
): Promise<string | undefined> {
  const release = await settle(dependencies, at, attempt);
  if (!release || !isPending(release.status)) return undefined;
  const { helm } = dependencies;
  attempt.tell({ detail: `mending a release that was left ${release.status}` });
  if (release.lastDeployed !== undefined && release.status !== 'uninstalling') {
    const { signal } = attempt;
    await helm.rollback({ ...at, revision: release.lastDeployed, timeout: hookTimeout, signal });
    return `rolled back revision ${release.revision}, left ${release.status}, to ${release.lastDeployed}`;
  }
  await removeRelease(dependencies, at, { ...attempt, timeout: hookTimeout });
  return `removed revision ${release.revision}, left ${release.status}`;
}

/** The release once it is not pending any more, or its owner has not written it for too long to be alive. */
async function settle(
  { kubernetes: { rest }, clock, ownerPatience }: ResolvedDependencies,
  { namespace, release: name }: { readonly namespace: string; readonly release: string },
  { signal, tell }: Attempt,
): Promise<Release | undefined> {
  const look = async () => (await listReleases(rest, namespace, { name, signal }))[0];
  let release = await look();
  if (!release || !isPending(release.status)) return release;
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
      const patience = release.touched + ownerPatience - clock();
      if (patience <= 0) return release;
      tell({ detail: `another Helm works on the release (${release.status})` });
      await observer.changed(version, patience);
    }
  } finally {
    observer.close();
  }
}
