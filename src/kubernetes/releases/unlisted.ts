/**
 * What a stack installed and no longer plans.
 *
 * @module
 */
import { type UnlistedRelease, inRemovalOrder } from '../../stack/plan/unlisted.js';
import type { Claim } from '../api/objects.js';
import { type RecordedRemoval, readRemovals } from '../record/removals.js';
import { Label, type Release, listReleases } from './releases.js';
import type { Rest } from '../api/rest.js';
import { listAll } from '../api/list.js';

export interface UnlistedWanted {
  readonly stack: string;
  readonly namespace: string;
  /** Releases that the plan knows. */
  readonly planned: readonly string[];
  /** Also those of which only data is left. */
  readonly withData?: boolean;
  readonly signal?: AbortSignal;
}

/** Looks for them; those whose removal was interrupted are still among them. In the order of their removal. @throws KubernetesError */
export async function findUnlisted(rest: Rest, wanted: UnlistedWanted): Promise<UnlistedRelease[]> {
  const { namespace, signal, withData = false } = wanted;
  const [releases, removals, claims] = await Promise.all([
    listReleases(rest, namespace, signal ? { signal } : {}),
    readRemovals(rest, namespace, signal),
    withData ? listMarkedClaims(rest, wanted) : [],
  ]);
  return unlistedAmong(wanted, { releases, removals, claims });
}

/** What was found in the namespace. */
export interface Found {
  readonly releases: readonly Release[];
  readonly removals: ReadonlyMap<string, RecordedRemoval>;
  /** Claims that are marked as data of the stack. */
  readonly claims: readonly Claim[];
}

/** The unlisted releases among what was found. */
export function unlistedAmong(
  { stack, planned }: Pick<UnlistedWanted, 'stack' | 'planned'>,
  { releases, removals, claims }: Found,
): UnlistedRelease[] {
  const own = releases.filter((each) => each.stack === stack).map(({ name }) => name);
  const begun = [...removals].filter(([, removal]) => removal.stack === stack).map(([name]) => name);
  const data = claims.flatMap(({ metadata: { labels } }) => labels?.[Label.component] ?? []);
  const foreign = releases.filter((each) => each.stack !== stack).map(({ name }) => name);
  const known = new Set([...planned, ...foreign]);
  const names = new Set([...own, ...begun, ...data].filter((name) => !known.has(name)));
  return inRemovalOrder(
    [...names].map((release) => {
      const told = removals.get(release);
      if (told === undefined) return own.includes(release) ? { release } : dataOf(release);
      const { stack: _, ...removal } = told;
      return { release, removal };
    }),
  );
}

/** Milliseconds for deleting data of which nothing is known but whose it was. */
const dataTimeout = 180_000;

function dataOf(component: string): UnlistedRelease {
  const removal = { needs: [], timeout: dataTimeout, claims: `${Label.component}=${component}` };
  return { release: component, removal };
}

async function listMarkedClaims(
  rest: Rest,
  { stack, namespace, signal }: UnlistedWanted,
): Promise<readonly Claim[]> {
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
  const labelSelector = `${Label.stack}=${stack},${Label.component}`;
  return (await listAll<Claim>(rest, { path, labelSelector }, signal)).items;
}
