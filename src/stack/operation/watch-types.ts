/**
 * What a watch over an installed stack takes and tells: the contract between workflow, client and CLI.
 *
 * @module
 */
import type { CauseType } from './causes.js';
import type { Plan } from '../plan/plan-types.js';

/** First argument of each look: the plan has as many components as fit, further arguments the others. */
export interface WatchInput {
  readonly plan: Plan;
  /** Workflow ID of the one operation that may run on the stack. */
  readonly operation: string;
  /** True if what drifted is put back before everything is verified. */
  readonly repair: boolean;
  /** By which the operations that a look consists of are known to those who ask for the same. */
  readonly keys: { readonly install: string; readonly verify: string };
}

/** What one look found. */
export interface WatchResult {
  /**
   * `untried`: nothing is known to be broken, but not all could be tried; `skipped`: an operation of somebody else ran, or
   * began meanwhile.
   */
  readonly result: 'proven' | 'failed' | 'untried' | 'skipped';
  /** Names of components that were put back and proven again. */
  readonly repaired: readonly string[];
  /** What is wrong, of ten components at most. */
  readonly findings: readonly WatchFinding[];
}

export interface WatchFinding {
  readonly component: string;
  readonly type: CauseType;
  readonly message: string;
}

/** Type of the failure that a look ends with that found something wrong; first detail: `WatchResult`. */
export const watchFailedType = 'WatchFailed';

/** Name of the memo of an operation that a watch began, which gives way to people. */
export const watchMemo = 'watch';
