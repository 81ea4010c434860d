/**
 * What activities take and give: the only thing of this folder that workflows know. Types alone.
 *
 * @module
 */
import type { Cause, LeftObject, ProvenCheck, RolledBackChange } from '../stack/operation/operation-types.js';
import type {
  DataPolicy,
  PlannedCheck,
  PlannedComponent,
  ReadyObjects,
  TestHooks,
} from '../stack/plan/plan-types.js';
import type { Removal, UnlistedRelease } from '../stack/plan/unlisted.js';

/** Which stack, where. */
export interface StackReference {
  readonly stack: string;
  readonly namespace: string;
}

/** Which release of a stack. */
export interface ReleaseReference extends StackReference {
  /** Name of the component. */
  readonly component: string;
  readonly release: string;
}

export interface InspectInput extends ReleaseReference {
  /** Digest of the planned component. */
  readonly digest: string;
  /** Of the planned component. */
  readonly dependenciesDigest?: string;
}

/** Components as they are planned: no more than fit into a payload. */
export interface FindUnchangedInput extends StackReference {
  readonly components: readonly Omit<InspectInput, keyof StackReference>[];
}

/** A component that is installed, proven and whole as planned, without records of a sentinel. */
export interface Unchanged {
  readonly component: string;
  readonly checks: readonly ProvenCheck[];
  readonly provenAt: string;
}

/** What was last proven of a component that is not proven as planned. */
export interface ProvenBefore {
  readonly digest: string;
  readonly version: string;
  readonly revision: number;
  /** Absent in what versions before 0.2 proved. */
  readonly hooks?: TestHooks;
  /** True if this is what runs, with all of its objects, and ready. */
  readonly running: boolean;
  readonly sentinelWritten: boolean;
}

/** How a component was found. */
export type Inspection =
  | { readonly state: 'absent' }
  /** Installed as planned, proven since, and everything of it is ready: nothing to do. */
  | {
      readonly state: 'same-proven';
      readonly revision: number;
      readonly checks: readonly ProvenCheck[];
      readonly provenAt: string;
      /** Absent if there are no records of its sentinel. */
      readonly sentinelWritten?: true;
    }
  /** Installed as planned; `missing` says what keeps it from counting as proven, `gone` that somebody took it away. */
  | {
      readonly state: 'same-unproven';
      readonly revision: number;
      readonly missing: string;
      readonly gone: boolean;
      /** True if another hand changed it. Absent in histories from before that was told. */
      readonly drifted?: true;
      readonly before?: ProvenBefore;
    }
  /** Installed as planned and all there, but something that it needs is not what it was when it was proven. */
  | { readonly state: 'dependencies-changed'; readonly revision: number; readonly before?: ProvenBefore }
  /** Something else is installed, or the last change failed. */
  | {
      readonly state: 'different';
      readonly revision: number;
      readonly status: string;
      readonly before?: ProvenBefore;
    }
  /** An operation of Helm has not ended, or its owner died. */
  | {
      readonly state: 'pending';
      readonly revision: number;
      readonly status: string;
      readonly before?: ProvenBefore;
    }
  /** A release of that name belongs to somebody else. */
  | { readonly state: 'foreign'; readonly revision: number };

export interface ApplyInput extends StackReference {
  readonly component: PlannedComponent;
  /** True if a release, or objects, of the same name that belong to no stack become this one's. */
  readonly adopt?: true;
}

export interface Applied {
  readonly revision: number;
  /** What an earlier attempt left and was recovered first, for people. */
  readonly recovered?: string;
}

export interface RollBackInput extends ReleaseReference {
  /** Milliseconds for which nothing of a hook may advance. Absent in histories from before that was told. */
  readonly timeout?: number;
  /** Digest that was proven. */
  readonly digest: string;
  /** Revision that was proven. */
  readonly revision: number;
  /** Of the planned component: what guards its data. Absent in histories from before that was told. */
  readonly data?: DataPolicy;
}

export interface RolledBack {
  /** The newest revision now. */
  readonly revision: number;
}

/** A release, and what some of its objects must say of themselves before they count as ready. */
export interface ReadyReference extends ReleaseReference {
  readonly objects?: readonly ReadyObjects[];
}

export interface AwaitReadyInput extends ReadyReference {
  /** Milliseconds for which nothing may advance. */
  readonly timeout: number;
}

export interface BecameReady {
  /** E.g. `3/3 pods ready`. */
  readonly pods: string;
}

export interface RunCheckInput extends ReleaseReference {
  readonly check: PlannedCheck;
  /** Milliseconds for which nothing may advance. */
  readonly timeout: number;
}

export interface RecordProofInput extends ReadyReference {
  readonly digest: string;
  readonly dependenciesDigest?: string;
  /** Version of the software. */
  readonly version: string;
  readonly checks: readonly ProvenCheck[];
  readonly hooks?: TestHooks;
  readonly rolledBack?: RolledBackChange;
  /** True if it was made what is planned in this operation, or found so: what its pods have read of Secrets is known then. */
  readonly installed?: true;
  /** How to remove it. Absent in inputs from before that was recorded. */
  readonly removal?: Removal;
}

export interface RecordSentinelInput extends ReleaseReference {
  /** True once its records are written, false once they are removed. */
  readonly written: boolean;
}

export interface FindUnlistedInput extends StackReference {
  /** Releases that the plan knows. */
  readonly planned: readonly string[];
  /** Also those of which only data is left. */
  readonly withData?: boolean;
}

export interface RemoveComponentInput extends ReleaseReference {
  /** Label selector of its claims. */
  readonly claims?: string;
  readonly deleteData: boolean;
  /** Milliseconds for which nothing may vanish. */
  readonly timeout: number;
  /** Run of the operation that it is a part of. Absent in inputs from before that was told. */
  readonly operation?: string;
}

export interface Removed {
  /** False if there was nothing of it. */
  readonly wasInstalled: boolean;
  /** Claims that hold its data still. */
  readonly claimsKept: number;
  readonly claimsDeleted: number;
  /** What a person should know of how it went, and of what stays. */
  readonly notes?: readonly string[];
}

export interface RemovedRelease {
  readonly release: string;
  /** Label selector of its claims. */
  readonly claims?: string;
}

/** A whole stack, for what concerns all of it at the end. */
export interface StackRemovalInput extends StackReference {
  readonly releases: readonly RemovedRelease[];
  readonly deleteData: boolean;
}

export interface NamespaceRemoved {
  readonly removed: boolean;
}

/** All effects that workflows have. Each is idempotent, heartbeats and honours cancellation. */
export interface Activities {
  /** Makes the stack's namespace if it is not there; waits for one that is being deleted. */
  prepareNamespace(input: StackReference): Promise<void>;
  /** Looks at a component without changing anything, and without Helm. */
  inspectComponent(input: InspectInput): Promise<Inspection>;
  /** Of many components those that are proven as planned, as far as they fit into a payload; changes nothing. */
  findUnchanged(input: FindUnchangedInput): Promise<Unchanged[]>;
  /** Makes the release what the plan says; does not wait for readiness. */
  applyComponent(input: ApplyInput): Promise<Applied>;
  /** Makes the release what was proven before, as far as Helm remembers it; does not wait for readiness. */
  rollBackComponent(input: RollBackInput): Promise<RolledBack>;
  /** Watches until every workload of the release is ready, or cannot become so. */
  awaitReady(input: AwaitReadyInput): Promise<BecameReady>;
  /** Watches a release that failed to get ready, until it is ready after all. Never gives up. */
  awaitHealed(input: ReadyReference): Promise<BecameReady>;
  /** Runs one check and collects the facts that it proved. */
  runCheck(input: RunCheckInput): Promise<ProvenCheck>;
  /** Remembers in the cluster what was proven. */
  recordProof(input: RecordProofInput): Promise<void>;
  /** Remembers, with the last proof, whether there are records of the component's sentinel. */
  recordSentinel(input: RecordSentinelInput): Promise<void>;
  /** Forgets a proof that was refuted. */
  forgetProof(input: ReleaseReference): Promise<void>;
  /** What the stack installed and no longer plans; in histories from before it told more, names alone. */
  findUnlisted(input: FindUnlistedInput): Promise<readonly (UnlistedRelease | string)[]>;
  /** Removes a release and waits until its objects are gone; its data only if told to. */
  removeComponent(input: RemoveComponentInput): Promise<Removed>;
  /**
   * Removes the namespace if it is ours and nothing else is in it.
   *
   * @param moreReleases - those that did not fit into the first payload
   */
  removeNamespace(
    input: StackRemovalInput,
    ...moreReleases: readonly RemovedRelease[][]
  ): Promise<NamespaceRemoved>;
  /**
   * Lists everything that is left of the stack, and why.
   *
   * @param moreReleases - those that did not fit into the first payload
   */
  takeInventory(
    input: StackRemovalInput,
    ...moreReleases: readonly RemovedRelease[][]
  ): Promise<LeftObject[]>;
}

/** What heartbeats carry: shown while an activity runs, and given to the next attempt. */
export interface Heartbeat {
  /** For people: `2/3 pods ready`. */
  readonly detail?: string;
  /** Milliseconds of the time-out that are used up: since something last advanced. */
  readonly spent?: number;
  /** Milliseconds of waiting in all. */
  readonly waited?: number;
  /** True once the removal of a release that was ours has begun. */
  readonly removing?: boolean;
}

/** First detail of every failure of an activity. */
export type FailureDetail = Cause;
