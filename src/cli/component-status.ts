/**
 * Where components stand: by what the cluster remembers, and by what a running operation does with them.
 *
 * @module
 */
import { shortcomingOf } from '../kubernetes/shortcoming.js';
import type { ComponentState } from '../stack/operation-types.js';
import type { Plan, PlannedComponent } from '../stack/plan-types.js';
import type { Cluster, LiveLook, Proof, Release } from './platform/platform.js';

/** Where a component stands by what the cluster remembers. */
export type Standing =
  | 'proven'
  | 'changed'
  | 'unproven'
  | 'drifted' // what was proven is not what is there: an object is gone, or it is scaled down
  | 'not-ready' // what was proven is there, and pods of it are not ready
  | 'failed'
  | 'absent'
  | 'unlisted' // installed, but the stack file no longer lists it
  | 'unknown';

export interface ComponentStatus {
  readonly name: string;
  readonly version: string;
  readonly standing: Standing;
  /** What is missing of what was proven. */
  readonly missing?: string;
  readonly release?: Release;
  readonly proof?: Proof;
  /** What the running operation does with it. */
  readonly live?: ComponentState;
}

/** @param live - what the running operation does, empty if none runs */
export async function componentStatuses(
  plan: Plan,
  cluster: Cluster | undefined,
  live: readonly ComponentState[],
): Promise<ComponentStatus[]> {
  if (cluster === undefined) {
    return plan.components.map(({ name, version }) => ({ name, version, standing: 'unknown' }));
  }
  const [proofs, releases, strays, looks] = await Promise.all([
    cluster.proofs(plan.namespace),
    cluster.releases(plan.namespace),
    cluster.strays(plan),
    cluster.looks(
      plan.namespace,
      plan.components.map(({ release }) => release),
    ),
  ]);
  const known = (name: string, releaseName: string) => {
    const proof = proofs.get(name);
    const release = releases.get(releaseName);
    const now = live.find((each) => each.name === name);
    return {
      ...(release === undefined ? {} : { release }),
      ...(proof === undefined ? {} : { proof }),
      ...(now === undefined ? {} : { live: now }),
    };
  };
  const listed = plan.components.map((component): ComponentStatus => {
    const { name, version, release } = component;
    const found = known(name, release);
    const remembered = standingOf(component, found.proof, found.release);
    return { name, version, ...nowOf(remembered, found.proof, looks.get(release)), ...found };
  });
  const unlisted = strays.map(({ release: name }): ComponentStatus => ({
    name,
    version: proofs.get(name)?.version ?? '',
    standing: 'unlisted',
    ...known(name, name),
  }));
  return [...listed, ...unlisted];
}

function standingOf(
  { digest, ground }: PlannedComponent,
  proof: Proof | undefined,
  release: Release | undefined,
): Standing {
  if (release === undefined) {
    return 'absent';
  }
  if (release.status !== 'deployed') {
    return release.status === 'failed' ? 'failed' : 'unproven';
  }
  if (proof === undefined || proof.revision !== release.revision) {
    return 'unproven';
  }
  if (proof.digest !== digest) {
    return 'changed';
  }
  // With records of its sentinel, a change of the stack has not come to its end.
  return proof.ground === ground && !proof.sentinelWritten ? 'proven' : 'unproven';
}

/** What counts as proven is so only while it is there. */
function nowOf(
  standing: Standing,
  proof: Proof | undefined,
  look: LiveLook | undefined,
): Pick<ComponentStatus, 'standing' | 'missing'> {
  const shortcoming = standing === 'proven' && proof && look ? shortcomingOf(proof, look) : undefined;
  if (shortcoming === undefined) return { standing };
  const { kind, missing } = shortcoming;
  return { standing: kind === 'unready' ? 'not-ready' : 'drifted', missing };
}
