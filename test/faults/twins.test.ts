/**
 * The healthy slow twin of each fault: what looks like it for a while, and comes right. No verdict may be given of it.
 *
 * How slow the machine is plays no part: no grace period passes before what is wrong was seen and put right. Where the engine looks
 * things up, grace periods then pass ten times as fast as whoever has to try again does so.
 *
 * @components none
 */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createActivities } from '../../src/activities/index.js';
import type { ClusterEvent, KubernetesObject } from '../../src/kubernetes/api/objects.js';
import { Patch } from '../../src/kubernetes/api/rest.js';
import type { CauseType } from '../../src/stack/operation/causes.js';
import type { Values } from '../../src/stack/plan/plan-types.js';
import { startActivity } from '../support/real-cluster.js';
import { CauseBench } from './cause-bench.js';
import { type LateRegistry, startLateRegistry } from './late-registry.js';

const namespace = 'twins';

/** Milliseconds without progress after which nobody waits any more; never reached. */
const timeout = 3_600_000;

/** Seconds that a pod takes to be ready once it runs: what was said before it started is old by then. */
const readyAfter = 10;

let bench: CauseBench;
let folder: string;
let registry: LateRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-twins-'));
  bench = await CauseBench.open('Slow, and healthy', namespace);
  registry = await startLateRegistry(folder);
});

afterAll(async () => {
  await bench?.close();
  await registry?.close();
  const late = [
    ...['twins-claim', 'twins-class'].map((name) => `/api/v1/persistentvolumes/${name}`),
    '/apis/storage.k8s.io/v1/storageclasses/twins-late',
    `${webhooks}/twins-dead`,
  ];
  await Promise.all(late.map(remove));
  await label({ 'twins.test/late': null });
  await rm(folder, { recursive: true });
});

/** The causes whose twins are tried here. */
type Twinned =
  | 'ImagePull'
  | 'Unschedulable'
  | 'PortTaken'
  | 'ClaimPending'
  | 'ClaimMissing'
  | 'CrashLoop'
  | 'ConfigMissing'
  | 'ServiceAccountMissing'
  | 'QuotaExceeded'
  | 'AdmissionDenied'
  | 'CreateFailed';

/** What looks wrong, and comes right. */
interface Twin {
  /** The cause that it is not. */
  readonly cause: Twinned;
  readonly where: string;
  /** What is seen while it looks wrong. */
  readonly says: RegExp;
  readonly values: () => Values;
  /** Default: the one of all. */
  readonly namespace?: string;
  readonly before?: () => Promise<unknown>;
  readonly comesRight: () => unknown;
  /** So often a controller has tried in vain before it comes right: the next try is seconds away then. */
  readonly tries?: number;
  /** Whether the engine looks what is wrong up, so that it believes no old word for however long. */
  readonly lookedUp: boolean;
}

const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

const twins: readonly Twin[] = [
  {
    cause: 'ImagePull',
    where: 'a registry in trouble',
    says: /cannot be pulled/,
    values: () => ({ image: `${registry.host}/late/actor:1` }),
    comesRight: () => registry.recover(),
    lookedUp: false,
  },
  {
    cause: 'Unschedulable',
    where: 'a node that gets its label late',
    says: /node affinity\/selector/,
    values: () => ({ nodeSelector: { 'twins.test/late': 'yes' } }),
    comesRight: () => label({ 'twins.test/late': 'yes' }),
    lookedUp: false,
  },
  {
    cause: 'PortTaken',
    where: 'a host port whose holder leaves',
    says: /free ports/,
    before: () => bench.install('port-before', { hostPort: 30_097 }),
    values: () => ({ hostPort: 30_097 }),
    comesRight: () => remove(`/apis/apps/v1/namespaces/${namespace}/statefulsets/port-before`),
    lookedUp: false,
  },
  {
    cause: 'ClaimPending',
    where: 'a StorageClass and a volume that come late',
    says: /twins-late/,
    values: () => ({ claim: true, storageClass: 'twins-late' }),
    async comesRight() {
      await bench.write('/apis/storage.k8s.io/v1/storageclasses', {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'twins-late' },
        provisioner: 'kubernetes.io/no-provisioner',
        volumeBindingMode: 'Immediate',
      });
      await bench.write('/api/v1/persistentvolumes', volume('twins-class', 'twins-late'));
    },
    lookedUp: true,
  },
  {
    cause: 'ClaimMissing',
    where: 'a claim that is made late',
    says: /claim that does not exist: late/,
    values: () => ({ existingClaim: 'late' }),
    async comesRight() {
      await bench.write('/api/v1/persistentvolumes', volume('twins-claim', ''));
      await write('persistentvolumeclaims', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'late', namespace },
        spec: {
          storageClassName: '',
          volumeName: 'twins-claim',
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Mi' } },
        },
      });
    },
    lookedUp: true,
  },
  {
    cause: 'CrashLoop',
    where: 'a container that dies three times, and lives',
    says: /0\/1 pods ready/,
    values: () => ({ scratch: '1Mi', args: ['dies', '3', 'stay'] }),
    comesRight: () => undefined,
    lookedUp: false,
  },
  ...(['configMap', 'secretVariable', 'secretVolume'] as const).map((key): Twin => {
    const kind = key === 'configMap' ? 'ConfigMap' : 'Secret';
    const name = `late-${key.toLowerCase()}`;
    return {
      cause: 'ConfigMissing',
      where: `${kind} ${name}, which is made late`,
      says: new RegExp(`"${name}" not found`),
      values: () => ({ [key]: name }),
      comesRight: () =>
        write(`${kind.toLowerCase()}s`, {
          apiVersion: 'v1',
          kind,
          metadata: { name, namespace },
          data: { value: 'eA==' },
        }),
      lookedUp: true,
    };
  }),
  {
    cause: 'ServiceAccountMissing',
    where: 'a ServiceAccount that is made late',
    tries: 11,
    says: /error looking up service account/,
    values: () => ({ serviceAccount: 'late' }),
    comesRight: () =>
      write('serviceaccounts', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'late', namespace },
      }),
    lookedUp: true,
  },
  {
    cause: 'QuotaExceeded',
    where: 'a quota that is raised late',
    tries: 11,
    says: /exceeded quota/,
    namespace: 'twins-quota',
    before: () => quota('0'),
    values: () => ({}),
    comesRight: () => quota('5'),
    lookedUp: true,
  },
  {
    cause: 'AdmissionDenied',
    where: 'a policy that is lifted late',
    tries: 11,
    says: /violates PodSecurity/,
    namespace: 'twins-policy',
    before: () => enforce('restricted'),
    values: () => ({ kind: 'Deployment' }),
    comesRight: () => enforce('privileged'),
    lookedUp: true,
  },
  {
    cause: 'CreateFailed',
    where: 'a webhook that is dead for a while',
    tries: 11,
    says: /failed calling webhook/,
    namespace: 'twins-webhook',
    async before() {
      const selector = { 'kubernetes.io/metadata.name': 'twins-webhook' };
      await bench.write(webhooks, {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'twins-dead' },
        webhooks: [
          {
            name: 'dead.twins.test',
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
            timeoutSeconds: 2,
            namespaceSelector: { matchLabels: selector },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
            clientConfig: { url: 'https://127.0.0.1:1/' },
          },
        ],
      });
    },
    values: () => ({}),
    comesRight: () => remove(`${webhooks}/twins-dead`),
    lookedUp: true,
  },
];

/** Where else a twin is tried, or why there is none. */
const others: Readonly<Record<Exclude<CauseType, Twinned>, string>> = {
  NodeNotReady: 'never a verdict by itself',
  ClaimLost: 'none: the API server says that the volume is gone, and never takes that back',
  OutOfMemory: 'the same count of deaths as CrashLoop',
  ContainerStart: 'test/kubernetes/diagnose/pods.test.ts',
  MountFailed: 'never a verdict by itself',
  JobFailed: 'none: its controller says that it does not try again',
  ReadyTimeout: 'test/e2e/activities-ready.test.ts',
  ResourceFailed: 'test/e2e/activities-crds.test.ts',
  CheckFailed: 'none: the check says so',
  CheckTimeout: 'test/e2e/activities-check.test.ts',
  CheckUntried: 'test/e2e/activities-check.test.ts',
  CheckInterrupted: 'test/e2e/activities-check.test.ts',
  CheckMissing: 'none: the chart that was applied has no such pod',
  SentinelLost: 'none: the check says so',
  ChartInvalid: 'none: rendered from files',
  ChartChanged: 'none: read from files',
  ChartMissing: 'none: read from files',
  ValuesInvalid: 'none: the schema of the chart says so',
  ImmutableField: 'none: the API server says so of the kind',
  DataLoss: 'none: told from values',
  ClaimNotExpandable: 'none: told from the StorageClass',
  ExpansionTimeout: 'test/activities/ready/progress-deadline.test.ts',
  ObjectRefused: 'test/activities/release/refusals.test.ts',
  HookFailed: 'test/e2e/activities-apply.test.ts',
  HookTimeout: 'test/e2e/activities-apply.test.ts',
  ForeignObject: 'none: looked up when it is told',
  ForeignRelease: 'none: looked up when it is told',
  NamespaceTaken: 'none: looked up when it is told',
  NamespaceStuck: 'test/e2e/activities-component.test.ts',
  Drift: 'none: looked up when it is told',
  NotInstalled: 'none: looked up when it is told',
  ReleasePending: 'test/e2e/activities-lock.test.ts',
  ReleaseMissing: 'none: looked up when it is told',
  RevisionGone: 'none: looked up when it is told',
  RollbackFailed: 'none: made of two other causes',
  NeedNotProven: 'none: follows from another cause',
  StillNeeded: 'none: follows from another cause',
  NotRemoved: 'none: follows from another cause',
  RemoveTimeout: 'test/activities/ready/progress-deadline.test.ts',
  ProvisionerMissing: 'none: looked up when it is told',
  Forbidden: 'test/activities/release/refusals.test.ts',
  Unauthorized: 'none: the API server says so of the credentials',
  ClusterUntrusted: 'none: a certificate does not change by waiting',
  ClusterUnreachable: 'test/faults/servers.test.ts',
  NotFound: 'none: looked up at every try',
  Conflict: 'none: tried again from the newest state',
  LeaseLost: 'test/e2e/activities-lock.test.ts',
  HelmMissing: 'none: looked up when it is told',
  HelmTimeout: 'none: tried again with another Helm',
  HelmFailed: 'none: tried again with another Helm',
  NoAnswer: 'test/faults/worker.test.ts',
  Aborted: 'none: a person says so',
  Terminated: 'none: a person says so',
  Unexpected: 'none: a fault of the program',
};

/** Ticks of a clock that stands still until it is started. */
class Clock {
  #startedAt: number | undefined;
  readonly #rate: number;

  constructor(rate: number) {
    this.#rate = rate;
  }

  start(): void {
    this.#startedAt = performance.now();
  }

  readonly ticks = (): number =>
    this.#startedAt === undefined ? 0 : (performance.now() - this.#startedAt) * this.#rate;
}

describe.concurrent('no verdict is given', () => {
  test.each(twins)('$cause: $where', async (twin) => {
    const { cause, namespace: at = namespace, says, before, values, comesRight, lookedUp, tries = 0 } = twin;
    const release = twin.where
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, '-')
      .slice(0, 30)
      .replace(/-$/, '');
    if (at !== namespace) await bench.makeNamespace(at);
    await before?.();
    await bench.apply(release, { readyAfter, ...values() }, { namespace: at });
    const clock = new Clock(10);
    const { helm, cluster } = bench.real;
    const activities = createActivities({ helm, kubernetes: cluster, ticks: clock.ticks });
    const reference = { stack: bench.stack, namespace: at, component: release, release, timeout };
    const { result, heartbeats } = startActivity(activities.awaitReady, reference);
    const ended = result.then(
      () => undefined,
      (error: unknown) => error,
    );
    const isSeen = () => heartbeats.some(({ detail = '' }) => says.test(detail));
    const patience = { timeout: 10 * 60_000, interval: 100 };
    await vi.waitUntil(isSeen, patience);
    await vi.waitUntil(async () => (await failedCreates(at, release)) >= tries, patience);
    await comesRight();
    if (lookedUp) clock.start();
    expect(await ended, cause).toBeUndefined();
  });

  test('of any other cause without a reason, or elsewhere', async () => {
    const files = Object.values(others).filter((each) => each.startsWith('test/'));
    for (const file of files) await access(join(import.meta.dirname, '..', '..', file));
    expect(files.length).toBeGreaterThan(0);
  });
});

/** How often the controller of a workload was refused its pods. */
async function failedCreates(at: string, release: string): Promise<number> {
  type Counted = ClusterEvent & { readonly count?: number };
  const { items } = await bench.real.cluster.rest.json<{ items: Counted[] }>({
    path: `/api/v1/namespaces/${at}/events`,
    query: { fieldSelector: 'reason=FailedCreate' },
  });
  return items
    .filter(({ involvedObject }) => involvedObject?.name?.startsWith(release) ?? false)
    .reduce((sum, { count = 1 }) => sum + count, 0);
}

/** A volume that nothing is written to, on a folder that every machine has. */
function volume(
  name: string,
  storageClassName: string,
): KubernetesObject & Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      storageClassName,
      capacity: { storage: '1Mi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: '/tmp', type: 'Directory' },
    },
  };
}

function write(plural: string, object: KubernetesObject & Readonly<Record<string, unknown>>): Promise<void> {
  return bench.write(`/api/v1/namespaces/${namespace}/${plural}`, object);
}

async function remove(path: string): Promise<void> {
  await bench.real.cluster.rest.deleteIfThere(path, undefined, AbortSignal.timeout(60_000));
}

function quota(pods: string): Promise<void> {
  return bench.write('/api/v1/namespaces/twins-quota/resourcequotas', {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'pods', namespace: 'twins-quota' },
    spec: { hard: { pods } },
  });
}

function enforce(level: string): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': level };
  return bench.write('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'twins-policy', labels },
  });
}

/** Labels the only node; `null` takes a label away. */
async function label(labels: Readonly<Record<string, string | null>>): Promise<void> {
  const { rest } = bench.real.cluster;
  const { items } = await rest.json<{ items: KubernetesObject[] }>({ path: '/api/v1/nodes' });
  for (const { metadata } of items)
    await rest.json({
      method: 'PATCH',
      path: `/api/v1/nodes/${metadata.name}`,
      contentType: Patch.merge,
      body: { metadata: { labels } },
    });
}
