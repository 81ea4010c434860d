/**
 * Who holds a lease on a release, and whether that can still be so.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Context } from '@temporalio/activity';
import { lockVariable, serviceToken } from '../../helm/environment.js';
import type { Lease } from '../../kubernetes/releases/leases.js';
import { isAlive, processesWithVariable } from '../../processes/identity.js';
import { type LocatedProcess, isWithinSight, thisProcess } from '../../processes/location.js';
import { hasParentDeathSignal } from '../../processes/parent-death-signal.js';

/** Annotation that holds a {@link Holder} as JSON. */
export const holderAnnotation = 'bigdata.dev/holder';

/** What a holder does to the release. */
export type Intent = 'apply' | 'remove';

/** One attempt at an activity, as the holder of a lease. */
export interface Holder {
  /** Drawn anew for each attempt; stands in the environment of its Helm. */
  readonly token: string;
  readonly workflowId: string;
  readonly runId: string;
  /** The worker's, where the system tells. */
  readonly process?: LocatedProcess;
  /** True if its Helm dies with its worker. */
  readonly helmDiesWithWorker: boolean;
  /** Recorded before Helm is called: a release that is pending from then on is this holder's. */
  readonly intent?: Intent;
}

/** This attempt, as a holder, and its name for people. */
export async function thisHolder(): Promise<{ readonly holder: Holder; readonly identity: string }> {
  const { workflowExecution } = Context.current().info;
  const { workflowId = 'no workflow', runId = '' } = workflowExecution ?? {};
  const located = await thisProcess();
  const holder: Holder = {
    token: randomUUID(),
    workflowId,
    runId,
    ...(located ? { process: located } : {}),
    helmDiesWithWorker: await hasParentDeathSignal(),
  };
  return { holder, identity: `${workflowId}, run ${runId}, worker ${process.pid}@${hostname()}` };
}

/** The holder that a lease names; undefined if it was not written by this program. */
export function holderOf({ metadata }: Lease): Holder | undefined {
  const text = metadata.annotations?.[holderAnnotation];
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    return typeof value.token === 'string' ? (value as Holder) : undefined;
  } catch {
    // Somebody mangled it: such a lease counts by its times alone.
    return undefined;
  }
}

/** What is known of a lease's holder. */
export type Standing =
  | { readonly is: 'living' }
  /** Its worker is gone, but not its Helm. */
  | { readonly is: 'orphaned'; readonly pid: number }
  /** `helmEnded`: its Helm is known to be gone as well. */
  | { readonly is: 'dead'; readonly helmEnded: boolean };

/**
 * Whether the holder lives. A lease that was not renewed in time has a dead holder; on the holder's own machine its
 * process is looked at, which is faster, and its Helm is looked for, which may have outlived it.
 *
 * @param hasRunOut whether the lease was not renewed in time
 */
export async function standingOf(lease: Lease, hasRunOut: boolean): Promise<Standing> {
  const holder = holderOf(lease);
  const located = holder?.process;
  if (!holder || !located || !isWithinSight(located, await thisProcess())) {
    return hasRunOut ? { is: 'dead', helmEnded: holder?.helmDiesWithWorker ?? false } : { is: 'living' };
  }
  const lives = await isAlive(located);
  if (!hasRunOut && lives) return { is: 'living' };
  // The service of a worker that lives serves others as well; for a lease that ran out it does nothing any more.
  const tokens = lives ? [holder.token] : [holder.token, serviceToken(located)];
  const helm = (await processesWithVariable(lockVariable)).find(({ value }) => tokens.includes(value));
  return helm ? { is: 'orphaned', pid: helm.identity.pid } : { is: 'dead', helmEnded: true };
}
