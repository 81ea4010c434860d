/**
 * A platform that remembers what was asked of it, for testing commands without cluster, Temporal or daemons.
 *
 * @module
 */
import type { UpOptions } from '../../src/cli/commands/up.js';
import type { Client } from '@temporalio/client';

import type { CommandContext, Interruption } from '../../src/cli/command.js';
import type {
  Cluster,
  ClusterAccess,
  Finding,
  LiveLook,
  ChangeStep,
  ObjectChange,
  Platform,
  Proof,
  Release,
  UnlistedRelease,
} from '../../src/cli/platform/platform.js';
import type { EarlierProof } from '../../src/kubernetes/record/earlier-proofs.js';
import type { Revision } from '../../src/kubernetes/releases/releases.js';
import type { ReaderBehind } from '../../src/kubernetes/releases/rotated-secrets.js';
import type { Breakage } from '../../src/contract/breakages.js';
import type { Finding as RuleFinding } from '../../src/contract/check-component.js';
import { LineProgress } from '../../src/cli/progress/lines.js';
import { makeStyle } from '../../src/cli/render/style.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import type { LoadedComponent } from '../../src/stack/plan/plan.js';
import type { Plan, PlannedComponent, Values } from '../../src/stack/plan/plan-types.js';
import type { TemporalServer } from '../../src/temporal/connect.js';
import type { Divergence } from '../../src/temporal/replay.js';

export interface FakeOptions {
  readonly plan?: Plan;
  /** False: the local cluster does not run. */
  readonly running?: boolean;
  /** True: something of the local cluster died. */
  readonly broken?: boolean;
  readonly proofs?: ReadonlyMap<string, Proof>;
  /** Of the Secret that is rotated. */
  readonly credentials?: {
    readonly read: () => Readonly<Record<string, string>>;
    readonly add: () => void;
    readonly removePrevious: () => void;
  };
  readonly readersBehind?: readonly ReaderBehind[];
  /** What was proven of every component before that. */
  readonly earlier?: readonly EarlierProof[];
  /** Of every release. */
  readonly revisions?: readonly Revision[];
  /** Of every release, as it is installed. */
  readonly values?: Values;
  /** By the names of the Secrets of revisions. */
  readonly valuesIn?: Readonly<Record<string, Values>>;
  readonly releases?: ReadonlyMap<string, Release>;
  readonly looks?: ReadonlyMap<string, LiveLook>;
  readonly unlisted?: readonly UnlistedRelease[];
  /** Whom the namespace belongs to. */
  readonly stackOf?: string;
  /** How objects of changed components change. */
  readonly objectChanges?: ReadonlyMap<string, readonly ObjectChange[] | Error> | Error;
  /** What happens while a component changes; of those of `objectChanges`. */
  readonly changeSteps?: ReadonlyMap<string, readonly ChangeStep[]>;
  /** What would be refused of components. */
  readonly objections?: ReadonlyMap<string, readonly string[]>;
  readonly breakages?: readonly Breakage[];
  /** What is against the rules of a component folder. */
  readonly findingsOfRules?: readonly RuleFinding[];
  /** What there is to take over. */
  readonly others?: ReadonlyMap<string, readonly ObjectChange[]>;
  readonly services?: Readonly<Record<string, string>>;
  readonly findings?: readonly Finding[];
  readonly client?: Client;
  /** What `temporal.find` throws. */
  readonly temporalError?: Error;
  /** Value of the only Secret; without it Secrets cannot be read. */
  readonly secret?: string;
  /** How a history goes another way than today's workflows. */
  readonly divergence?: Divergence;
  /** What `images.build` throws. */
  readonly buildError?: Error;
  readonly interactive?: boolean;
  readonly answer?: boolean;
  /** By question; any other is answered as it is proposed. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly attended?: boolean;
}

export interface Fake {
  readonly context: CommandContext;
  /** What was called, in order. */
  readonly calls: string[];
  /** Progress, line by line. */
  readonly lines: string[];
  readonly interruptions: (Interruption | undefined)[];
}

export const clusterUid = '8f14e45f-ceea-467f-9575-6d0b2a0c3f3b';

export function component(name: string, rest: Partial<PlannedComponent> = {}): PlannedComponent {
  return {
    name,
    summary: name,
    version: '1.0',
    release: name,
    needs: [],
    chart: `/clone/components/${name}/chart`,
    values: {},
    digest: `sha256:${name}`,
    timeouts: { ready: 1, check: 1, remove: 1 },
    checks: [],
    endpoints: [],
    data: {},
    ...rest,
  };
}

/** What `up` is given where a person says nothing. */
export const upOptions = {
  file: 'stack.yaml',
  install: true,
  onFailure: 'wait',
  unlisted: 'remove',
  drift: 'repair',
  adopt: false,
  yes: false,
} as const satisfies UpOptions;

export function plan(...components: PlannedComponent[]): Plan {
  return { stack: 'bigdata', namespace: 'data', digest: 'sha256:plan', components };
}

export function state(rest: Partial<OperationState> = {}): OperationState {
  return {
    operation: 'install',
    stack: 'bigdata',
    namespace: 'data',
    planDigest: 'sha256:plan',
    components: [],
    ...rest,
  };
}

export function fake(options: FakeOptions = {}): Fake {
  const calls: string[] = [];
  const lines: string[] = [];
  const interruptions: (Interruption | undefined)[] = [];
  const call = async <Value>(name: string, value: Value): Promise<Value> => {
    calls.push(name);
    return value;
  };
  const cluster = (access: ClusterAccess): Cluster => ({
    access,
    uid: clusterUid,
    version: 'v1.35.4',
    stackOf: async () => options.stackOf,
    stacks: async () => [{ stack: 'bigdata', namespace: 'data' }],
    revisions: async () => options.revisions ?? [],
    values: async (_, { secret }) => options.valuesIn?.[secret] ?? options.values ?? {},
    earlierProofs: async () => options.earlier ?? [],
    secret: async (_, name) =>
      options.credentials?.read() ?? { rootUser: `user of ${name}`, rootPassword: 'hunter2' },
    readersBehind: async () => options.readersBehind ?? [],
    addCredentials: (namespace, { secret }) => {
      options.credentials?.add();
      return call(`new credentials in ${namespace}/${secret}`, true);
    },
    removePreviousCredentials: (namespace, { secret }) => {
      options.credentials?.removePrevious();
      return call(`no previous credentials in ${namespace}/${secret}`, undefined);
    },
    claims: async () => [{ name: 'data-kafka-0', size: '8Gi' }],
    proofs: async () => options.proofs ?? new Map(),
    releases: async () => options.releases ?? new Map(),
    looks: async () => options.looks ?? new Map(),
    unlisted: async () => options.unlisted ?? [],
    serviceAddress: async (_, service) => options.services?.[service],
  });
  const server: TemporalServer = {
    address: '127.0.0.1:7233',
    namespace: 'default',
    local: true,
    client: options.client ?? ({} as Client),
    codec: undefined,
    webUi: 'http://ui',
    workflowLink: (id) => `http://ui/${id}`,
    close: () => call('temporal.close', undefined),
  };
  const local: ClusterAccess = { kind: 'local', kubeconfig: '/state/kubeconfig', context: 'bigdata-1' };
  const findings = options.findings ?? [];
  const platform: Platform = {
    paths: { root: '/clone', id: '1', state: '/state', run: '/run', cache: '/cache' },
    stacks: {
      plan: (file, kind, overrides = []) =>
        call(
          [
            'plan',
            file,
            kind,
            ...overrides.flatMap(({ component: name, assignments }) => [name, ...assignments]),
          ].join(' '),
          options.plan ?? plan(),
        ),
      empty: (file) => call(`plan nothing of ${file}`, { ...(options.plan ?? plan()), components: [] }),
    },
    machine: { check: async () => findings, ensure: () => call('machine.ensure', undefined) },
    node: {
      ensure: () => call('node.ensure', local),
      find: async () => (options.running === false ? undefined : local),
      isBroken: async () => options.broken === true,
      dead: async () => [],
      findings: async () => [],
      loadImages: (images) => call(`node.loadImages ${images.length}`, undefined),
      stop: () => call('node.stop', undefined),
      delete: () => call('node.delete', undefined),
    },
    images: {
      build: async () => {
        if (options.buildError !== undefined) {
          throw options.buildError;
        }
        return call('images.build', [{ reference: 'bigdata.local/kafka:1', file: '/cache/kafka.tar' }]);
      },
      push: (_, { tlsVerify }) =>
        call(`images.push tlsVerify=${tlsVerify}`, [{ reference: 'r/kafka:1', file: '/f' }]),
    },
    temporal: {
      checkPorts: async () => {},
      connect: (ports) => call(`temporal.connect ${JSON.stringify(ports)}`, server),
      find: async () => {
        if (options.temporalError !== undefined) {
          throw options.temporalError;
        }
        return options.running === false ? undefined : server;
      },
      findings: async () => [],
      stop: () => call('temporal.stop', undefined),
      delete: () => call('temporal.delete', undefined),
    },
    workers: {
      ensure: ({ access }) => call(`workers.ensure ${access.context}`, undefined),
      run: () => call('workers.run', undefined),
      replay: (_, workflowId) => call(`workers.replay ${workflowId}`, options.divergence),
      findings: async () => [],
      stopAll: () => call('workers.stopAll', undefined),
      delete: () => call('workers.delete', undefined),
    },
    clusters: {
      resolve: async ({ context = 'current' }) => ({ kind: 'cluster', kubeconfig: '/kubeconfig', context }),
      open: (access) => call(`clusters.open ${access.context}`, cluster(access)),
    },
    changes: {
      ofOthers: async () => call('changes.ofOthers', options.others ?? new Map()),
      objections: async (_, __, tried) => {
        const names = tried.map(({ component: { name } }) => name).join(' ');
        return call(`changes.objections ${names}`, options.objections ?? new Map());
      },
      ofObjects: async (_, __, planned) => {
        if (options.objectChanges instanceof Error) {
          throw options.objectChanges;
        }
        const names = planned.map(({ component: { name } }) => name).join(' ');
        const changes = [...(options.objectChanges ?? [])].map(([name, objects]) => {
          const steps = options.changeSteps?.get(name) ?? [];
          return [name, objects instanceof Error ? objects : { objects, steps }] as const;
        });
        return call(`changes.ofObjects ${names}`, new Map(changes));
      },
    },
    programs: {
      helm: async () => '/helm',
      kubectl: async () => '/kubectl',
      run: (program, args) => call([program, ...args].join(' '), 7),
    },
    contract: {
      load: async (folder) => ({ name: 'queue', folder }) as LoadedComponent,
      check: async ({ name }) => call(`contract.check ${name}`, options.findingsOfRules ?? []),
      builtIn: async () => ['kafka'],
      create: async (folder, wanted) => {
        calls.push(`contract.create ${folder} ${JSON.stringify(wanted)}`);
        return ['component.yaml'];
      },
      writeTestStack: ({ name }) => call(`contract.writeTestStack ${name}`, `/state/${name}.yaml`),
      removeTestStack: (file) => call(`contract.removeTestStack ${file}`, undefined),
      breakages: async () => options.breakages ?? [],
      break: async (_, namespace, step) => {
        calls.push(`break ${namespace} ${JSON.stringify(step)}`);
        return () => call('repair', undefined);
      },
    },
    collectors: {
      cluster: async (_, namespace, bundle) => {
        calls.push(`collectors.cluster ${namespace}`);
        bundle.add('events.txt', `the password is ${options.secret ?? ''}\n`);
        return options.secret === undefined
          ? undefined
          : [{ secret: 'minio', key: 'rootPassword', bytes: Buffer.from(options.secret) }];
      },
      logs: async (bundle) => bundle.add('logs/worker.log', 'hello\n'),
      versions: async () => ({ bigdata: '0.1.0' }),
      secrets: [],
    },
    tidy: () => call('tidy', undefined),
  };
  const context: CommandContext = {
    platform,
    progress: new LineProgress(
      (text) => lines.push(text.trimEnd()),
      () => 0,
    ),
    style: makeStyle(false),
    width: 120,
    interactive: options.interactive ?? false,
    attended: options.attended ?? false,
    questions: {
      text: async (question, initial, refuse) => {
        const answer = options.answers?.[question] ?? initial;
        const refusal = refuse(answer);
        if (refusal !== undefined) throw new Error(refusal);
        return answer;
      },
      choose: async (question, choices) =>
        (options.answers?.[question] ?? Object.keys(choices)[0]) as keyof typeof choices,
      yes: async (question, initial) => {
        calls.push(`confirm ${question}`);
        const answer = options.answers?.[question];
        return answer === undefined ? (options.answer ?? initial) : answer === 'yes';
      },
    },
    onInterrupt: (interruption) => interruptions.push(interruption),
  };
  return { context, calls, lines, interruptions };
}
