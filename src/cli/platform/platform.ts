/**
 * Everything that commands act on, as an interface, so that commands can be tested without any of it.
 *
 * @module
 */
import type { ObjectChange } from '../../changes/object-changes.js';
import type { ChangeStep } from '../../changes/steps.js';
import type { History } from '../../client/histories.js';
import type { Finding as RuleFinding } from '../../contract/check-component.js';
import type { Breakage, Step as BreakStep } from '../../contract/breakages.js';
import type { NewComponent } from '../../contract/new-component.js';
import type { EarlierProof } from '../../kubernetes/record/earlier-proofs.js';
import type { LiveLook } from '../../kubernetes/releases/live-look.js';
import type { Proof } from '../../kubernetes/record/proofs.js';
import type { ReaderBehind } from '../../kubernetes/releases/rotated-secrets.js';
import type { Release, Revision } from '../../kubernetes/releases/releases.js';
import type { Paths } from '../../paths.js';
import type { Report } from '../../progress.js';
import type { LoadedComponent } from '../../stack/plan/plan.js';
import type { Plan, PlannedComponent, Rotation, Values } from '../../stack/plan/plan-types.js';
import type { UnlistedRelease } from '../../stack/plan/unlisted.js';
import type { Bundle } from '../../support/bundle.js';
import type { Versions } from '../../support/collect-machine.js';
import type { SecretValue } from '../../redaction/redactor.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { TemporalPorts } from '../../temporal/ports.js';
import type { Divergence } from '../../temporal/replay.js';

export type { ChangeStep, LiveLook, ObjectChange, Proof, Release, UnlistedRelease };

export interface Platform {
  readonly paths: Paths;
  readonly stacks: Stacks;
  readonly machine: Machine;
  readonly node: LocalNode;
  readonly images: Images;
  readonly temporal: Temporal;
  readonly workers: Workers;
  readonly clusters: Clusters;
  readonly changes: Changes;
  readonly contract: Contract;
  readonly programs: Programs;
  readonly collectors: Collectors;
  /** Removes what is left of the state folder after everything in it was deleted: errors' log, empty folders. */
  tidy(): Promise<void>;
}

/** Which cluster a command works on. */
export type Target =
  | { readonly kind: 'local' }
  | { readonly kind: 'cluster'; readonly kubeconfig?: string; readonly context?: string };

/** How a cluster is reached. */
export interface ClusterAccess {
  readonly kind: Target['kind'];
  /** A file, or several joined as in KUBECONFIG. */
  readonly kubeconfig: string;
  readonly context: string;
}

/** One thing that `doctor` looked at. */
export interface Finding {
  readonly name: string;
  /** `off` is no fault: it is simply not running. */
  readonly state: 'good' | 'bad' | 'off';
  readonly detail: string;
  /** What to do about it. */
  readonly next?: string;
}

/** Stack files and what follows from them. Touches nothing. */
export interface Stacks {
  /** @throws UserError with file, line and hint */
  plan(file: string, kind: Target['kind'], overrides?: readonly Override[]): Promise<Plan>;
  /**
   * A plan without any component, by the stack file alone.
   *
   * @throws UserError with file, line and hint
   */
  empty(file: string): Promise<Plan>;
}

/** Values of one component over those of the stack file. */
export interface Override {
  readonly component: string;
  /** `KEY=VALUE` each. */
  readonly assignments: readonly string[];
}

/** What must be installed on this machine for the local cluster. */
export interface Machine {
  check(): Promise<readonly Finding[]>;
  ensure(report: Report): Promise<void>;
}

/** The local one-node Kubernetes of this clone. */
export interface LocalNode {
  ensure(report: Report): Promise<ClusterAccess>;
  /** Undefined if it does not run. */
  find(): Promise<ClusterAccess | undefined>;
  /** Whether something of it died, which `ensure` repairs; false if it was stopped. */
  isBroken(): Promise<boolean>;
  /** Names of its processes that were started and are gone. */
  dead(): Promise<readonly string[]>;
  findings(): Promise<readonly Finding[]>;
  loadImages(images: readonly BuiltImage[], report: Report): Promise<void>;
  stop(report: Report): Promise<void>;
  delete(report: Report): Promise<void>;
}

/** An image that was built on this machine. */
export interface BuiltImage {
  /** `repository:tag` */
  readonly reference: string;
  /** OCI archive. */
  readonly file: string;
}

export interface Images {
  build(file: string, kind: Target['kind'], report: Report): Promise<readonly BuiltImage[]>;
  /** Builds what is missing, and pushes everything to the registry of the stack file. */
  push(
    file: string,
    options: { readonly tlsVerify: boolean },
    report: Report,
  ): Promise<readonly BuiltImage[]>;
}

export interface Temporal {
  /** @throws UserError if the local server cannot have these ports */
  checkPorts(ports: Partial<TemporalPorts>): Promise<void>;
  connect(ports: Partial<TemporalPorts>, report: Report): Promise<TemporalServer>;
  /** Undefined if the local server is meant and does not run. */
  find(): Promise<TemporalServer | undefined>;
  findings(): Promise<readonly Finding[]>;
  stop(): Promise<void>;
  delete(): Promise<void>;
}

/** Workers that run as daemons of this clone, one a cluster. */
export interface Workers {
  /** Starts a worker for the cluster, or restarts it if its code or its connections changed. */
  ensure(cluster: Cluster, temporal: TemporalServer, report: Report): Promise<void>;
  /** Runs a worker in this process until it is told to end. */
  run(cluster: Cluster): Promise<void>;
  /** Replays a history against the workflows of this build; undefined if they go the same way. */
  replay(history: History, workflowId: string): Promise<Divergence | undefined>;
  findings(): Promise<readonly Finding[]>;
  stopAll(): Promise<void>;
  delete(): Promise<void>;
}

export interface Clusters {
  /** The cluster that the user names. @throws UserError if the kubeconfig or the context is not there */
  resolve(target: Extract<Target, { kind: 'cluster' }>): Promise<ClusterAccess>;
  /** @throws UserError if it cannot be reached, or does not let this user in */
  open(access: ClusterAccess): Promise<Cluster>;
}

/** A cluster that answers. */
export interface Cluster {
  readonly access: ClusterAccess;
  /** UID of `kube-system`: the cluster's identity. */
  readonly uid: string;
  /** e.g. `v1.34.3` */
  readonly version: string;
  /** The stack for which this program made the namespace; undefined if it did not, or if that may not be seen. */
  stackOf(namespace: string): Promise<string | undefined>;
  /** The stacks for which this program made a namespace, sorted. */
  stacks(): Promise<readonly { readonly stack: string; readonly namespace: string }[]>;
  /** What was proven when, by component. */
  proofs(namespace: string): Promise<ReadonlyMap<string, Proof>>;
  /** What was proven of a component before that, the newest first. */
  earlierProofs(namespace: string, component: string): Promise<readonly EarlierProof[]>;
  /** Releases of this program and of others, by name. */
  releases(namespace: string): Promise<ReadonlyMap<string, Release>>;
  /** What is there of releases at this moment, by name. */
  looks(
    namespace: string,
    releases: Iterable<string>,
    proofs: Promise<ReadonlyMap<string, Proof>>,
  ): Promise<ReadonlyMap<string, LiveLook>>;
  /** What the stack installed and its plan no longer lists, in the order in which `up` removes it. */
  unlisted(plan: Plan): Promise<readonly UnlistedRelease[]>;
  /** The values of a release, those of its chart among them. */
  values(namespace: string, release: Pick<Release, 'secret'>): Promise<Values>;
  /** The revisions of a release that Helm remembers, the newest first. */
  revisions(namespace: string, release: string): Promise<readonly Revision[]>;
  /** What a Secret holds, as text; undefined if it is not there. */
  secret(namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** What has not read a Secret as it is, or may not have. */
  readersBehind(namespace: string, secret: string): Promise<readonly ReaderBehind[]>;
  /** Gives a Secret new credentials beside the old ones, if it has not both already: true if it did. */
  addCredentials(namespace: string, rotation: Rotation): Promise<boolean>;
  /** Takes the old ones away. */
  removePreviousCredentials(namespace: string, rotation: Rotation): Promise<void>;
  /** The claims with the data of a plan's components. */
  claims(plan: Plan): Promise<readonly { readonly name: string; readonly size: string }[]>;
  /** The cluster IP of a service, undefined if there is none. */
  serviceAddress(namespace: string, service: string): Promise<string | undefined>;
}

/** What installing components would change. Touches nothing. */
export interface Changes {
  /**
   * The objects of releases, by component, installed against planned and without secrets, and what happens meanwhile; or why
   * that cannot be told of one. Compiles Helm if there is none.
   */
  ofObjects(
    access: ClusterAccess,
    namespace: string,
    planned: readonly PlannedChange[],
    report: Report,
  ): Promise<ReadonlyMap<string, ComponentChange | Error>>;
  /**
   * What would be refused of components, by component and for people: each is rendered, and what comes of it is sent to the API
   * server, which makes nothing of it. Those of which nothing would be are left out.
   */
  objections(
    access: ClusterAccess,
    namespace: string,
    tried: readonly TriedComponent[],
    report: Report,
  ): Promise<ReadonlyMap<string, readonly string[]>>;
  /**
   * What is there already of planned components and belongs to no stack, by component: releases that plain Helm made, and
   * objects of the same names. How they would change, without secrets, also those that would not. Compiles Helm if there is none.
   */
  ofOthers(
    access: ClusterAccess,
    { namespace, components }: Plan,
    releases: ReadonlyMap<string, Release>,
    report: Report,
  ): Promise<ReadonlyMap<string, readonly ObjectChange[]>>;
}

/** Programs that people know, on a stack's cluster. */
export interface Programs {
  /** Path of Helm, which is compiled if there is none. @throws UserError if it cannot be compiled */
  helm(report: Report): Promise<string>;
  /** Path of kubectl, likewise. */
  kubectl(report: Report): Promise<string>;
  /** Runs a program in this terminal. @returns its exit code */
  run(program: string, args: readonly string[], access: ClusterAccess): Promise<number>;
}

/** What every component folder is held to. */
export interface Contract {
  /** @throws UserError with file, line and hint */
  load(folder: string): Promise<LoadedComponent>;
  /**
   * Everything that is against the rules that need no cluster. Compiles Helm if there is none.
   *
   * @throws UserError if a file of the folder cannot be read as what it is
   */
  check(component: LoadedComponent, report: Report): Promise<readonly RuleFinding[]>;
  /** Names of the components that come with the program. */
  builtIn(): Promise<readonly string[]>;
  /** Makes a component folder, which must not be there. @returns its files, relative to it */
  create(folder: string, wanted: NewComponent): Promise<readonly string[]>;
  /**
   * Writes a stack file with a component and all that it needs or can use, in a namespace of its own.
   *
   * @returns the file, which is in the state folder
   */
  writeTestStack(component: LoadedComponent): Promise<string>;
  removeTestStack(file: string): Promise<void>;
  /** @throws UserError naming every mistake with its line */
  breakages(component: LoadedComponent): Promise<readonly Breakage[]>;
  /** Breaks an object. @returns what puts it right again */
  break(access: ClusterAccess, namespace: string, step: BreakStep): Promise<() => Promise<void>>;
}

/** A component that is to be tried. */
export interface TriedComponent {
  readonly component: PlannedComponent;
  /** True if there is no release of it. */
  readonly isNew: boolean;
}

/** How a component changes. */
export interface ComponentChange {
  /** Its objects. */
  readonly objects: readonly ObjectChange[];
  /** What happens, in order. */
  readonly steps: readonly ChangeStep[];
}

/** A component, and the release that it changes. */
export interface PlannedChange {
  readonly component: PlannedComponent;
  readonly release: Release;
  /** `Kind/name` of what another hand changed since it was proven, if that is all that changes. */
  readonly drifted?: readonly string[];
  /** Whether records are written before that must survive. */
  readonly writesSentinel: boolean;
}

/** What a support bundle collects besides what other commands show. */
export interface Collectors {
  /** @returns the values of Secrets that were seen, undefined if the namespace's Secrets cannot be read */
  cluster(
    access: ClusterAccess,
    namespace: string,
    bundle: Bundle,
  ): Promise<readonly SecretValue[] | undefined>;
  /** Logs of this clone. */
  logs(bundle: Bundle): Promise<void>;
  /** Of what needs no server to tell. */
  versions(): Promise<Versions>;
  /** Secrets of this process's environment. */
  readonly secrets: readonly SecretValue[];
}
