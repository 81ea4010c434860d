/** @module */
import type { Plan } from '../../stack/plan/plan-types.js';
import type { Cluster, LiveLook, Proof, Release, UnlistedRelease } from '../platform/platform.js';

/** What a cluster remembers of a stack, and what is there of it. */
export interface StackLook {
  readonly proofs: ReadonlyMap<string, Proof>;
  readonly releases: ReadonlyMap<string, Release>;
  readonly unlisted: readonly UnlistedRelease[];
  readonly looks: ReadonlyMap<string, LiveLook>;
}

/** Asks the cluster for all of it at once. */
export async function lookAtStack(cluster: Cluster, plan: Plan): Promise<StackLook> {
  const { namespace, components } = plan;
  const reading = cluster.proofs(namespace);
  const [proofs, releases, unlisted, looks] = await Promise.all([
    reading,
    cluster.releases(namespace),
    cluster.unlisted(plan),
    cluster.looks(
      namespace,
      components.map(({ release }) => release),
      reading,
    ),
  ]);
  return { proofs, releases, unlisted, looks };
}
