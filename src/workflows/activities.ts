/**
 * How workflows call activities: every time-out, retry and cancellation is decided here.
 *
 * @module
 */
import {
  ActivityCancellationType,
  type ActivityOptions,
  type RetryPolicy,
  proxyActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities/contract.js';
import { longest } from '../stack/operation/progress-limit.js';

/** Milliseconds. */
const second = 1_000;
const minute = 60 * second;

/**
 * Failures that cannot pass say so themselves. What can pass (no connection, a conflict, a busy server) is tried for
 * about six minutes, which outlasts a restart of the API server, quickly at first. Attempts are limited, not the time
 * from the first to the last: hours without any worker must not count against a component.
 */
const retry: RetryPolicy = {
  initialInterval: second,
  backoffCoefficient: 2,
  maximumInterval: 15 * second,
  maximumAttempts: 28,
};

const common = {
  retry,
  /**
   * Activities heartbeat every second, of which the worker sends one in two: who is silent for so long is dead, and
   * another takes over. With the pause before the first retry that is 7 s at most after the death, and with the next
   * one 8 s. A worker that was merely held up for so long does no harm: whoever takes over waits for its lease.
   */
  heartbeatTimeout: 6 * second,
  /** A cancelled activity has a Helm to stop and pods to take away: nothing may follow before it has ended. */
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} satisfies ActivityOptions;

/** Milliseconds that an activity gets beyond the time-out it keeps itself, so that its own word about the cause comes first. */
const grace = minute;

/**
 * Looks and small writes: each takes well under a second on a healthy cluster. None of these limits finds a worker that is
 * dead or stuck, which the heartbeats do; they are for what can only be a fault of the program.
 */
export function shortActivities(summary: string) {
  return proxyActivities<
    Pick<
      Activities,
      'inspectComponent' | 'findUnchanged' | 'recordProof' | 'recordSentinel' | 'forgetProof' | 'findUnlisted'
    >
  >({
    ...common,
    startToCloseTimeout: 15 * minute,
    summary,
  });
}

/** What concerns the whole namespace may have to wait for the end of an old one, which takes its pods' grace periods. */
export function wholeNamespace(summary: string) {
  return proxyActivities<Pick<Activities, 'prepareNamespace' | 'removeNamespace' | 'takeInventory'>>({
    ...common,
    startToCloseTimeout: 60 * minute,
    summary,
  });
}

/**
 * Helm applies, or rolls back, in a second or two, but a chart's hooks take what they take as long as they advance, and a dead
 * owner's release is recovered first.
 */
export function applying(timeout: number, summary: string) {
  return proxyActivities<Pick<Activities, 'applyComponent' | 'rollBackComponent'>>({
    ...common,
    startToCloseTimeout: 60 * minute + 3 * longest(timeout),
    summary,
  });
}

/** Activities that keep a time-out of their own, in milliseconds, and name the cause when it is over. */
export function longActivities(timeout: number, summary: string) {
  return proxyActivities<Pick<Activities, 'awaitReady' | 'runCheck'>>({
    ...common,
    startToCloseTimeout: longest(timeout) + grace,
    summary,
  });
}

/** A watch beside a decision that people take their time for: it ends with the decision, and has no other limit. */
export function watching(summary: string) {
  return proxyActivities<Pick<Activities, 'awaitHealed'>>({
    ...common,
    retry: { initialInterval: second, backoffCoefficient: 2, maximumInterval: minute },
    // It changes nothing: a decision need not wait until it has heard that it may go.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    startToCloseTimeout: 365 * 24 * 60 * minute,
    summary,
  });
}

/** A removal keeps its time-out three times: for Helm's hooks, for the objects, for the data. */
export function removing(timeout: number, summary: string) {
  return proxyActivities<Pick<Activities, 'removeComponent'>>({
    ...common,
    startToCloseTimeout: 3 * longest(timeout) + grace,
    summary,
  });
}
