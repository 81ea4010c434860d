/**
 * The plan: what an operation will do, as plain data.
 *
 * A plan travels through Temporal's history, in payloads of at most 64 KB, so it holds no secret and stays small:
 * charts are named by folder and digest, never inlined.
 *
 * @module
 */

/** Any value that can stand in a Helm values file. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Helm values: a mapping at the top. */
export type Values = { [key: string]: JsonValue };

/** What an operation installs, verifies or removes, components in dependency order. */
export interface Plan {
  /** Name of the stack, from the stack file. */
  readonly stack: string;
  /** Namespace of every release. */
  readonly namespace: string;
  /** Name of the profile, for people: what it means is part of the values. Absent in plans from before there were profiles. */
  readonly profile?: string;
  /** `sha256:<hex>` over stack, namespace and every component's digest: equal plans have equal digests. */
  readonly digest: string;
  /** In topological order, ties broken by name: a component stands after everything it needs. */
  readonly components: readonly PlannedComponent[];
}

/** One component with everything resolved that its release needs. */
export interface PlannedComponent {
  readonly name: string;
  readonly summary: string;
  /** Version of the software, for people. */
  readonly version: string;
  /** Name of the Helm release. */
  readonly release: string;
  /** Names of the components of this plan that must be proven first. Optional needs that are absent are left out. */
  readonly needs: readonly string[];
  /** Absolute path of the chart's folder on the machine that made the plan. */
  readonly chart: string;
  /** Final values: the component's own for the profile and the target, image, stack file, merged in that order. */
  readonly values: Values;
  /** The image that runs, absent where the chart brings none. */
  readonly image?: ImageReference;
  /** `sha256:<hex>` over the chart's files, the values and the image. */
  readonly digest: string;
  /**
   * `sha256:<hex>` over the digests of all its dependencies, direct and indirect: a proof holds only while they stay the same.
   * Absent in plans of versions before 0.2.
   */
  readonly dependenciesDigest?: string;
  readonly timeouts: PlannedTimeouts;
  readonly checks: readonly PlannedCheck[];
  /** Absent where it keeps nothing. */
  readonly sentinel?: PlannedSentinel;
  readonly endpoints: readonly Endpoint[];
  /** Absent where it has no credentials that are replaced. */
  readonly rotation?: Rotation;
  readonly data: DataPolicy;
  /** Absent where nothing is said of its hooks and workloads. */
  readonly changes?: ChangeWords;
  /** Objects that are ready by another word than their kind's conditions. Absent where there are none. */
  readonly ready?: readonly ReadyObjects[];
}

/** Objects of a release, and what each must say of itself before it counts as ready. */
export interface ReadyObjects {
  readonly kind: string;
  /** All of the kind if absent. */
  readonly name?: string;
  /** As `kubectl wait --for` takes it: see `parseReadyRule`. */
  readonly for: string;
}

/** `repository:tag` in two parts, as charts take them. */
export interface ImageReference {
  readonly repository: string;
  readonly tag: string;
}

/** All in milliseconds. */
export interface PlannedTimeouts {
  /** From the applied release until every workload is ready. */
  readonly ready: number;
  /** For one check. */
  readonly check: number;
  /** For removing the release and waiting until its objects are gone. */
  readonly remove: number;
}

/** A check is a `helm test` hook pod of the release. */
export interface PlannedCheck {
  /** `metadata.name` of the hook pods that belong to it, in the order they run (helm weights). */
  readonly name: string;
  /** Names of the hook pods; the last one prints the facts. */
  readonly pods: readonly string[];
  /** One line for people: what a pass proves. */
  readonly proves: string;
  /** True if it disturbs users of the component (e.g. restarts a pod): run at install, and by `verify` only when asked. */
  readonly disruptive: boolean;
}

/**
 * A small set of records with fixed names and contents that follow from a fixed rule. They are written before something
 * happens to the component (its pods restart, it is upgraded, it is uninstalled and installed again) and read after it,
 * to prove that its data survived.
 *
 * Each step is a `helm test` hook pod of the release, which prints its facts as a check does. Those of `write` and `read`
 * have `records`, their number, and `sha256`, a digest of all of them that is the same at any time on any cluster;
 * those of `write` have `writtenNow` too, how many were not there before.
 */
export interface PlannedSentinel {
  /** One line for people: what the records are. */
  readonly records: string;
  /** The pod that writes them durably. It passes as well if they are there already, and fails if something else is. */
  readonly write: string;
  /** The pod that fails unless all of them are there, unchanged, and nothing else with them. */
  readonly read: string;
  /** The pod that removes them and proves that they are gone. It passes as well if they were not there. */
  readonly remove: string;
}

/** Credentials that are replaced while the old ones stay valid. */
export interface Rotation {
  /** Name of the Secret that the chart generates. */
  readonly secret: string;
  /** Keys that get new values, each with the key that keeps the old value. */
  readonly keys: Readonly<Record<string, string>>;
}

/** The test hooks of a release by which a component is proven. */
export type TestHooks = Pick<PlannedComponent, 'checks' | 'sentinel'>;

/** Something that a person or a program can connect to. */
export interface Endpoint {
  readonly name: string;
  /** Service in the stack's namespace. */
  readonly service: string;
  readonly port: number;
  /** `http`, `https`, `kafka`, `zookeeper`, `s3`, … : shown, and a link where a browser can open it. */
  readonly protocol: string;
  /** Path below a link. */
  readonly path?: string;
  /** For people: how it is used. */
  readonly usage?: string;
  /** Where the credentials lie; never the credentials. */
  readonly credentials?: { readonly secret: string; readonly keys: readonly string[] };
}

/** What becomes of a component's claims when it is removed. */
export interface DataPolicy {
  /** Label selector (`k=v,k2=v2`) of the PersistentVolumeClaims that hold its data; absent if it has none. */
  readonly claims?: string;
  /** Values that an installed component is refused to make smaller. */
  readonly shrinks?: readonly GuardedValue[];
}

/** What its hooks and workloads do while it changes, for people. */
export interface ChangeWords {
  readonly hooks: readonly {
    /** Of an object that Helm runs before or after an upgrade. */
    readonly name: string;
    /** A predicate. */
    readonly does: string;
  }[];
  readonly workloads: readonly WorkloadWords[];
}

/** How pods of a workload are replaced and leave. */
export interface WorkloadWords {
  readonly name: string;
  /** A clause: what is so before a pod goes. */
  readonly leaving?: string;
  /** A clause: what is so before the next one follows, which is what `ready` means of a pod. */
  readonly ready?: string;
}

/** A value of a chart that must not become smaller. */
export interface GuardedValue {
  /** Names with dots between them: `datanode.replicas`. */
  readonly value: string;
  /** For people: what is lost, as the object of a sentence. */
  readonly loses: string;
  /** For people: what to do instead. */
  readonly next: string;
}

/** Facts that a check proved: the last line of JSON in its log. */
export type Facts = { readonly [key: string]: JsonValue };
