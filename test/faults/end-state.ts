/**
 * What a stack is after an operation, as far as it must be the same whatever died on the way.
 *
 * @module
 */
import type { Cluster } from '../../src/kubernetes/api/connect.js';
import { listInventory } from '../../src/kubernetes/releases/inventory.js';
import { readProofs } from '../../src/kubernetes/record/proofs.js';
import { listReleases } from '../../src/kubernetes/releases/releases.js';

export interface EndState {
  /** Revision and status by release. */
  readonly releases: Readonly<Record<string, string>>;
  /** `Kind/name` of what nobody else owns: with pods of checks, leases and hooks that were left behind. */
  readonly objects: readonly string[];
  /** Digest and checks by component. */
  readonly proofs: Readonly<Record<string, string>>;
}

/** Kinds whose names are drawn anew each time, or that come and go by themselves. */
const fleeting: ReadonlySet<string> = new Set(['Event', 'EndpointSlice', 'PodMetrics']);

/** Looks at the namespace. */
export async function endStateOf({ rest }: Cluster, namespace: string): Promise<EndState> {
  const [releases, { objects, volumes }, proofs] = await Promise.all([
    listReleases(rest, namespace),
    listInventory(rest, namespace),
    readProofs(rest, namespace),
  ]);
  const own = objects.filter(
    ({ resource, metadata }) =>
      metadata.namespace === namespace &&
      metadata.ownerReferences === undefined &&
      metadata.labels?.['owner'] !== 'helm' &&
      !fleeting.has(resource.kind),
  );
  const bound = volumes.filter(({ spec }) => spec?.claimRef?.namespace === namespace);
  return {
    releases: Object.fromEntries(
      releases.map(({ name, revision, status }) => [name, `${revision} ${status}`]),
    ),
    objects: [
      ...new Set(own.map(({ resource, metadata }) => `${resource.kind}/${metadata.name}`)),
      ...bound.map(({ spec }) => `volume of ${spec?.claimRef?.name}`),
    ].toSorted(),
    proofs: Object.fromEntries(
      [...proofs].map(([name, { digest, checks }]) => [
        name,
        `${digest} ${checks.map((check) => check.name).join(' ')}`,
      ]),
    ),
  };
}
