/**
 * The release lock: whoever changes a release holds its Lease.
 *
 * @module
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HelmLock } from '../../helm/helm.js';
import {
  type Lease,
  LeaseWatch,
  microTime,
  readLease,
  writeLease,
} from '../../kubernetes/releases/leases.js';
import { Label, managedByUs } from '../../kubernetes/releases/releases.js';
import type { Attempt } from '../attempt.js';
import type { StackReference } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import {
  type Intent,
  type Holder,
  type Standing,
  holderAnnotation,
  holderOf,
  standingOf,
  thisHolder,
} from './holder.js';
import { HeldLease, leaseSeconds } from './held-lease.js';

/** Milliseconds between looks at a lease that somebody else holds. */
const lookInterval = 500;

/** The previous holder of the lease, which died. */
export interface Predecessor {
  /** Its last recorded intent; absent if it recorded none. */
  readonly intent?: Intent;
  /** True if its Helm is known to be gone as well. */
  readonly helmEnded: boolean;
}

/** The exclusive right to change a release, until it is lost. */
export interface ReleaseLock {
  /** To be given to every call of Helm. */
  readonly call?: HelmLock;
  /** The attempt; its signal is aborted as well when the lease is lost. */
  readonly attempt: Attempt;
  readonly predecessor?: Predecessor;
  /** To be called before Helm: a release that is pending from then on is this attempt's. */
  recordIntent(intent: Intent): Promise<void>;
}

/**
 * Does work while no one else may change the release. Waits for the current lease holder, and tells who it is.
 *
 * Where the namespace is gone, or takes nothing new any more, there is no lease, and nobody to be kept out:
 * Helm cannot begin anything there either.
 *
 * @throws ApplicationFailure `LeaseLost`, retryable; KubernetesError; whatever the work throws
 */
export async function withReleaseLock<T>(
  { kubernetes: { rest } }: ResolvedDependencies,
  at: StackReference & { readonly release: string },
  attempt: Attempt,
  work: (lock: ReleaseLock) => Promise<T>,
): Promise<T> {
  const { holder, identity } = await thisHolder();
  const { namespace } = at;
  const watch = new LeaseWatch();
  for (;;) {
    const found = await readLease(rest, namespace, leaseName(at.release), attempt.signal);
    const standing = found && (await standingOf(found, watch.hasRunOut(found, performance.now())));
    if (found && standing?.is !== 'dead') {
      attempt.tell({ detail: waitingFor(found, standing) });
      await sleep(lookInterval, undefined, { signal: attempt.signal });
      continue;
    }
    const since = performance.now();
    const mine = leaseFor(at, { found, holder, identity, now: rest.serverTime() });
    const written = await writeLease(rest, namespace, mine, { signal: attempt.signal });
    if (written.lease) {
      const held = new HeldLease(rest, namespace, written.lease, holder, since);
      return await during(held, holder, attempt, predecessorOf(found, standing), work);
    }
    if (written.refused === 'nowhere') return await work({ attempt, recordIntent: async () => {} });
  }
}

async function during<T>(
  held: HeldLease,
  { token }: Holder,
  attempt: Attempt,
  predecessor: Predecessor | undefined,
  work: (lock: ReleaseLock) => Promise<T>,
): Promise<T> {
  const { lost } = held;
  const signal = AbortSignal.any([attempt.signal, lost]);
  // As many requests and watches at a time: no leak.
  setMaxListeners(0, signal);
  try {
    return await work({
      call: { token, lost, heldFor: () => held.heldFor() },
      attempt: { ...attempt, signal },
      ...(predecessor ? { predecessor } : {}),
      recordIntent: (intent) => held.recordIntent(intent),
    });
  } catch (error) {
    // Whatever fell apart because of that, it is not the cause.
    throw lost.aborted ? lost.reason : error;
  } finally {
    await held.end();
  }
}

/** Name of the lease on a release. */
export function leaseName(release: string): string {
  return `bigdata-${release}`;
}

function leaseFor(
  { stack, namespace, release }: StackReference & { readonly release: string },
  {
    found,
    holder,
    identity,
    now,
  }: {
    readonly found: Lease | undefined;
    readonly holder: Holder;
    readonly identity: string;
    readonly now: number;
  },
): Lease {
  return {
    metadata: {
      ...found?.metadata,
      name: leaseName(release),
      namespace,
      // Not the release's own label: who removes its objects holds this one.
      labels: { [Label.managedBy]: managedByUs, [Label.stack]: stack },
      annotations: { [holderAnnotation]: JSON.stringify(holder) },
    },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: leaseSeconds,
      acquireTime: microTime(now),
      renewTime: microTime(now),
      leaseTransitions: (found?.spec?.leaseTransitions ?? -1) + 1,
    },
  };
}

function predecessorOf(found: Lease | undefined, standing: Standing | undefined): Predecessor | undefined {
  if (!found || standing?.is !== 'dead') return undefined;
  const intent = holderOf(found)?.intent;
  return { helmEnded: standing.helmEnded, ...(intent === undefined ? {} : { intent }) };
}

function waitingFor({ spec }: Lease, standing: Standing | undefined): string {
  const holder = spec?.holderIdentity ?? 'somebody unnamed';
  return standing?.is === 'orphaned'
    ? `waiting for a Helm (process ${standing.pid}) that outlived its worker: ${holder}`
    : `waiting for another operation that works on the release: ${holder}`;
}
