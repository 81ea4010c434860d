/**
 * What operations take, tell and return: the contract between workflows, client and CLI.
 *
 * @module
 */
import type { CauseType } from './causes.js';
import type { Facts, Plan, PlannedComponent } from '../plan/plan-types.js';
import type { Phase } from './phases.js';

/** The operations that share one workflow ID per cluster and namespace. */
export type OperationKind = 'install' | 'verify' | 'rollback' | 'uninstall';

/**
 * What an install does when a component fails for good: waits for a decision about it, ends when the others have, or
 * does that after going back to what was proven of the component before.
 */
export type OnFailure = 'wait' | 'abort' | 'rollback';

/** What an install does with what the stack installed and the plan does not list. */
export type Unlisted = 'keep' | 'remove';

/** What an install does with a component that another hand changed since it was proven. */
export type DriftPolicy = 'repair' | 'keep';

export type { Phase };

/** Why a component failed, for people. */
export interface Cause {
  readonly type: CauseType;
  /** What was wrong, one sentence. */
  readonly message: string;
  /** Object and namespace, e.g. `Pod bigdata/kafka-0`. */
  readonly where?: string;
  /** Last log lines or events, at most 20. */
  readonly details?: readonly string[];
  /** What to do next. */
  readonly next?: string;
}

/** A check that passed. */
export interface ProvenCheck {
  readonly name: string;
  readonly proves: string;
  readonly facts: Facts;
  readonly milliseconds: number;
}

/** A change of a component that was rolled back. */
export interface RolledBackChange {
  /** Digest of what was there before. */
  readonly digest: string;
  /** Version of its software. */
  readonly version: string;
  /** Why it failed: type and message of the cause. Absent if a person wanted to go back. */
  readonly why?: string;
}

/** One row of the table that ends an operation. */
export interface ComponentState {
  readonly name: string;
  readonly phase: Phase;
  /** True if the installed digest was already proven, so that nothing was done. */
  readonly unchanged: boolean;
  /** From the start of its own work, not of the operation; 0 while waiting. */
  readonly milliseconds: number;
  /** Milliseconds from the operation's start to that of its own work. Absent while waiting, and where no operation's state is told. */
  readonly began?: number;
  readonly checks: readonly ProvenCheck[];
  readonly cause?: Cause;
  /** E.g. what it waits for now: `2/3 pods ready`. */
  readonly detail?: string;
  /** What a person should know although nothing failed by it. */
  readonly notes?: readonly string[];
  /** True if it failed because it did not get ready, which it may yet. */
  readonly unready?: true;
  /** True while there are records of its sentinel, which the end of the operation reads once more and removes. */
  readonly sentinelWritten?: true;
}

/** What the query `state` answers while an operation runs and what it returns in the end. */
export interface OperationState {
  readonly operation: OperationKind;
  readonly stack: string;
  readonly namespace: string;
  /** Of the plan that it was started with. */
  readonly planDigest: string;
  readonly components: readonly ComponentState[];
  /** True if nothing moves any more until a person decides about a component. */
  readonly waitsForDecision?: true;
  /** True if details are missing, for want of room in a payload: the query `state` tells more. */
  readonly brief?: true;
  /** Uninstall: what is left, empty when the proof holds. */
  readonly left?: readonly LeftObject[];
}

/** An object that is still there after an uninstall, and why. */
export interface LeftObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** `kept` data is no fault; `stuck` is. */
  readonly why: 'kept' | 'stuck' | 'not-ours';
  readonly detail: string;
}

/** First argument of an operation's workflow: the plan has as many components as fit, further arguments the others. */
export interface InstallInput {
  readonly plan: Plan;
  /** `abort` if left out. */
  readonly onFailure?: OnFailure;
  /** `keep` if left out, as it was before any was removed. */
  readonly unlisted?: Unlisted;
  /** `repair` if left out. */
  readonly drift?: DriftPolicy;
  /** Components of which what belongs to no stack is taken over; others' is refused otherwise. */
  readonly adopt?: readonly string[];
}

export interface VerifyInput {
  readonly plan: Plan;
  /** Also run the checks that disturb users. */
  readonly disruptive: boolean;
}

/** A component goes back to what was proven of it earlier, and what needs it is proven upon that. */
export interface RollbackInput {
  /** The component as it was proven, and all that needs it. */
  readonly plan: Plan;
  readonly component: string;
  /** Of its release, to which it goes back. */
  readonly revision: number;
  /** What is there now. */
  readonly from: Pick<RolledBackChange, 'digest' | 'version'>;
}

export interface UninstallInput {
  readonly plan: Plan;
  readonly deleteData: boolean;
  /** True if the plan is a part of the stack: the rest of it stays, and so does the namespace. */
  readonly part?: true;
}

export type { PlannedComponent };
