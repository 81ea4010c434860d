/**
 * Where components stand: by what the cluster remembers, and by what a running operation does with them.
 *
 * @module
 */
import { type Shortcoming, shortcomingOf } from '../../kubernetes/releases/shortcoming.js';
import type { ComponentState } from '../../stack/operation/operation-types.js';
import { provenPhase } from '../../stack/operation/phases.js';
import { dependenciesDigestOf } from '../../stack/plan/plan.js';
import type { Plan, PlannedComponent } from '../../stack/plan/plan-types.js';
import type { LiveLook, Proof, Release } from '../platform/platform.js';
import type { StackLook } from './look-at-stack.js';

/** Where a component stands by what the cluster remembers. */
export type Standing =
  | 'proven'
  | 'installed' // as planned; it has no checks, so that nothing was proven
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
  /** What is missing of what was proven, or why that does not count. */
  readonly missing?: string;
  readonly release?: Release;
  readonly proof?: Proof;
  /** Pods that are ready of those that there must be, e.g. `2/3`; of what is installed and has pods. */
  readonly ready?: string;
  /** What the running operation does with it. */
  readonly live?: ComponentState;
}

/** What is installed, and is not what was planned and proven; a stack file that says something else now is no fault of it. */
export function isUnhealthy({ standing }: ComponentStatus): boolean {
  return ['failed', 'unproven', 'drifted', 'not-ready'].includes(standing);
}

/**
 * @param look - absent where there is no cluster to ask
 * @param live - what the running operation does, empty if none runs
 */
export function componentStatuses(
  plan: Plan,
  look: StackLook | undefined,
  live: readonly ComponentState[],
): ComponentStatus[] {
  if (look === undefined) {
    return plan.components.map(({ name, version }) => ({ name, version, standing: 'unknown' }));
  }
  const { proofs, releases, unlisted, looks } = look;
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
    const standing = isForeign(plan, found.release)
      ? ({ standing: 'unproven', missing: 'its release belongs to somebody else' } as const)
      : standingOf(component, { ...found, look: looks.get(release), proofs });
    return { name, version, ...standing, ...found, ...readyOf(found.release, looks.get(release)) };
  });
  const others = unlisted.map(({ release: name }): ComponentStatus => ({
    name,
    version: proofs.get(name)?.version ?? '',
    standing: 'unlisted',
    ...known(name, name),
  }));
  return [...listed, ...others];
}

function readyOf(release: Release | undefined, look: LiveLook | undefined): Pick<ComponentStatus, 'ready'> {
  const [, ready] = /^(\d+\/\d+)/.exec(look?.pods ?? '') ?? [];
  return release === undefined || ready === undefined ? {} : { ready };
}

function isForeign({ stack }: Plan, release: Release | undefined): boolean {
  return release !== undefined && release.stack !== stack;
}

/** Where a component stands, and what it lacks. */
type Remembered = Pick<ComponentStatus, 'standing' | 'missing'>;

/** What is known of a component, and what was proven of all. */
interface Seen {
  readonly proof?: Proof;
  readonly release?: Release;
  readonly look: LiveLook | undefined;
  readonly proofs: ReadonlyMap<string, Proof>;
}

/** What is there is judged against what was proven, before what was proven is judged against what is planned. */
function standingOf(component: PlannedComponent, seen: Seen): Remembered {
  const { proof, release, look } = seen;
  const remembered = rememberedOf(component, seen);
  const isProven = proof?.revision === release?.revision && proof?.digest === component.digest;
  const isInstalled = release?.status === 'deployed' && isProven;
  const shortcoming = isInstalled && look ? shortcomingOf(proof, look) : undefined;
  if (shortcoming === undefined) return remembered;
  const { kind, missing } = shortcoming;
  return { standing: standingWith[kind], missing };
}

const standingWith = {
  gone: 'drifted',
  scaled: 'drifted',
  changed: 'drifted',
  rotated: 'changed',
  unready: 'not-ready',
} as const satisfies Record<Shortcoming['kind'], Standing>;

function rememberedOf(
  { digest, dependenciesDigest, needs }: PlannedComponent,
  { proof, release, proofs }: Seen,
): Remembered {
  if (release === undefined) {
    return { standing: 'absent' };
  }
  if (release.status !== 'deployed') {
    return release.status === 'failed'
      ? { standing: 'failed' }
      : { standing: 'unproven', missing: `the release is ${release.status}` };
  }
  if (proof === undefined) {
    return { standing: 'unproven' };
  }
  if (proof.revision !== release.revision) {
    const missing = `revision ${release.revision} is installed, revision ${proof.revision} was proven`;
    return { standing: 'unproven', missing };
  }
  if (proof.digest !== digest) {
    return { standing: 'changed' };
  }
  if (proof.dependenciesDigest !== dependenciesDigest) {
    // What it needs went back to what was proven of it earlier, or was upgraded alone, and it was proven upon that.
    if (proof.dependenciesDigest === dependenciesDigestOf(needs, proofs)) return { standing: 'changed' };
    return { standing: 'unproven', missing: 'something that it needs was changed since' };
  }
  return proof.sentinelWritten
    ? { standing: 'unproven', missing: 'a change of the stack has not come to its end' }
    : { standing: provenPhase(proof.checks) };
}
