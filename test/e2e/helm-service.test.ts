/**
 * The service of Helm does what Helm's own program does: the same calls by both, each in a namespace of its own.
 *
 * @components none
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { HelmError } from '../../src/helm/errors.js';
import { type Helm, type HelmLock, createHelm } from '../../src/helm/helm.js';
import { createLocalHelm } from '../../src/helm/local.js';
import type { KubernetesObject } from '../../src/kubernetes/api/objects.js';
import { readStoredRelease } from '../../src/kubernetes/releases/release-contents.js';
import type { Secret } from '../../src/kubernetes/secrets/values.js';
import { helmPrograms } from '../../src/local/binaries.js';
import { clonePaths } from '../../src/paths.js';
import { isAlive, processesWithVariable } from '../../src/processes/identity.js';
import { patience } from '../support/patience.js';
import { type RealCluster, applyObject, dropNamespace, useRealCluster } from '../support/real-cluster.js';

const drivers = ['program', 'service'] as const;
type Driver = (typeof drivers)[number];

const release = 'sample';
const minute = 60_000;

let real: RealCluster;
let folder: string;
let helms: Readonly<Record<Driver, Helm>>;
let charts: Readonly<Record<keyof typeof templates, string>>;

const configMap = (data: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: '{{ .Release.Name }}', ...metadata },
  data,
});

const hook = (events: string, more: object = {}) => ({
  ...configMap({ revision: '{{ .Release.Revision }}' }),
  metadata: { name: 'hook', annotations: { 'helm.sh/hook': events } },
  ...more,
});

const deployment = (app: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: '{{ .Release.Name }}' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: { app } },
      spec: { containers: [{ name: 'main', image: 'registry.invalid/none:1' }] },
    },
  },
});

const neverEnding = hook('pre-install', {
  metadata: { name: '{{ .Release.Name }}', annotations: { 'helm.sh/hook': 'pre-install' } },
  kind: 'Pod',
  data: undefined,
  spec: { containers: [{ name: 'main', image: 'registry.invalid/none:1' }] },
});

/** Documents, or text that is none. */
const templates = {
  good: [
    configMap({
      values: '{{ .Values | toJson | b64enc }}',
      number: '{{ .Values.number }}',
      apps: '{{ .Capabilities.APIVersions.Has "apps/v1" }}',
      seen: '{{ lookup "v1" "Namespace" "" .Release.Namespace | len }}',
    }),
    deployment('one'),
    hook('pre-install,post-upgrade,pre-delete'),
  ],
  changed: [configMap({ values: '{{ .Values | toJson | b64enc }}' })],
  otherSelector: [deployment('two')],
  unknownKind: [{ apiVersion: 'nowhere.test/v1', kind: 'Thing', metadata: { name: 'thing' } }],
  unreadable: [configMap({ number: 1 })],
  unknownField: [{ ...configMap({}), spice: 'hot' }],
  badName: [configMap({}), configMap({}, { name: 'Not_A_Name' })],
  brokenTemplate: '{{ .Values.missing.deeper }}',
  brokenYaml: 'a: b: c',
  failing: '{{ fail "not today" }}',
  taken: [configMap({ a: 'b' }, { name: 'taken' })],
  badHook: [configMap({}), hook('pre-upgrade', { data: { number: 2 } })],
  library: [],
  needy: [],
  neverEnding: [neverEnding],
} as const;

const chartFiles: Readonly<Record<string, object>> = {
  library: { type: 'library' },
  needy: { dependencies: [{ name: 'absent', version: '1.0.0', repository: '' }] },
};

beforeAll(async () => {
  real = await useRealCluster();
  folder = await mkdtemp(join(tmpdir(), 'bigdata-parity-'));
  const { binary, service } = await helmPrograms(clonePaths(), () => {});
  const { kubeconfig } = real.cluster.connection;
  helms = {
    program: createHelm({ binary, home: join(folder, 'one'), kubeconfig }),
    service: createHelm({ binary, service, home: join(folder, 'two'), kubeconfig }),
  };
  const written = Object.entries(templates).map(async ([name, documents]) => {
    const texts =
      typeof documents === 'string' ? documents : documents.map((each) => stringify(each)).join('---\n');
    const chart = join(folder, 'charts', name);
    const about = { apiVersion: 'v2', name: 'sample', version: '1.0.0', type: 'application' };
    await write(join(chart, 'Chart.yaml'), stringify({ ...about, ...chartFiles[name] }));
    await write(join(chart, 'values.yaml'), 'number: 1\n');
    await write(join(chart, 'values.schema.json'), '{"properties":{"number":{"type":"integer"}}}');
    await write(join(chart, 'templates', 'all.yaml'), texts);
    return [name, chart] as const;
  });
  charts = Object.fromEntries(await Promise.all(written)) as typeof charts;
  await Promise.all(drivers.map((driver) => makeNamespace(namespaceOf(driver))));
});

afterAll(async () => {
  await Promise.all(drivers.map((driver) => dropNamespace(real.cluster, namespaceOf(driver))));
  await real?.close();
  await rm(folder, { recursive: true });
});

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const namespaceOf = (driver: Driver) => `engine-helm-${driver}`;

async function makeNamespace(name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  await applyObject(real.cluster, path, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

type Step = (helm: Helm, namespace: string) => Promise<unknown>;

const apply =
  (chart: keyof typeof templates, values: object = {}, more: object = {}): Step =>
  (helm, namespace) =>
    helm.upgradeInstall({
      release,
      namespace,
      chart: charts[chart],
      values: values as Record<string, never>,
      labels: { a: '1', b: `of-${chart}` },
      timeout: minute,
      ...more,
    });

/** What came of a step: its result, or its failure; and what the cluster has then. */
async function outcome(step: Step, driver: Driver): Promise<unknown> {
  const namespace = namespaceOf(driver);
  const result = await step(helms[driver], namespace).then(
    (value) => ({ value }),
    (error: unknown) => {
      if (!(error instanceof HelmError)) throw error;
      return { kind: error.kind, message: error.message };
    },
  );
  const text = JSON.stringify({ result, left: await left(namespace) });
  return JSON.parse(text.replaceAll(namespace, 'NAMESPACE')) as unknown;
}

interface Managed extends KubernetesObject {
  readonly data?: unknown;
}

async function list<T>(path: string): Promise<T[]> {
  return (await real.cluster.rest.json<{ items: T[] }>({ path })).items;
}

async function left(namespace: string): Promise<unknown> {
  const [secrets, maps, deployments] = await Promise.all([
    list<Secret>(`/api/v1/namespaces/${namespace}/secrets`),
    list<Managed>(`/api/v1/namespaces/${namespace}/configmaps`),
    list<Managed>(`/apis/apps/v1/namespaces/${namespace}/deployments`),
  ]);
  const objects = [...maps, ...deployments].map(({ metadata, data }) => ({
    name: metadata.name,
    labels: metadata.labels,
    // Without what controllers write when they get round to it.
    annotations: Object.keys(metadata.annotations ?? {}).filter((name) => !name.includes('kubernetes.io/')),
    managers: (metadata.managedFields ?? [])
      .map(({ manager }) => manager)
      .filter((name) => name !== 'kube-controller-manager'),
    data,
  }));
  const revisions = secrets.map((secret) => {
    const { name, labels = {} } = secret.metadata;
    const { modifiedAt: _, createdAt: __, ...kept } = labels;
    return { name, labels: kept, stored: stored(secret) };
  });
  return { objects, revisions };
}

/** What Helm remembers of a revision, without times. */
function stored(secret: Secret): unknown {
  const whole = readStoredRelease(secret) as unknown as Record<string, unknown>;
  const text = JSON.stringify(whole, (key, value: unknown) =>
    /^(first_deployed|last_deployed|deleted|started_at|completed_at|last_run)$/.test(key) ? undefined : value,
  );
  return JSON.parse(text) as unknown;
}

async function isSame(step: Step): Promise<unknown> {
  const [byProgram, byService] = await Promise.all(drivers.map((driver) => outcome(step, driver)));
  expect(byService).toEqual(byProgram);
  return byProgram;
}

const values = {
  number: 2,
  nested: { list: [1, 'a'], 'a,b': '$(date)' },
  fraction: 1.5,
  large: 9007199254740991,
};

it('does a release’s whole life as Helm’s own program does it', { timeout: 10 * minute }, async () => {
  const life: Record<string, Step> = {
    'is not there': (helm, namespace) => helm.status({ release, namespace }),
    'has no hooks yet': (helm, namespace) => helm.hooks({ release, namespace }),
    'is rendered before': (helm, namespace) =>
      helm.template({ release, namespace, chart: charts.good, values: { number: 3 } }),
    'is installed': apply('good', values),
    'is installed again': apply('good', values),
    'is rendered after': (helm, namespace) =>
      helm.template({ release, namespace, chart: charts.good, values: { number: 3 } }),
    'is upgraded': apply('changed', {}),
    'is told about': (helm, namespace) => helm.status({ release, namespace }),
    'is listed': (helm, namespace) => helm.list({ namespace }),
    'fails to be upgraded': apply('badName'),
    'is told about after that': (helm, namespace) => helm.status({ release, namespace }),
    'is rolled back': (helm, namespace) =>
      helm.rollback({ release, namespace, revision: 3, timeout: minute }),
    'is not rolled back to what never was': (helm, namespace) =>
      helm.rollback({ release, namespace, revision: 99, timeout: minute }),
    'has hooks': (helm, namespace) => helm.hooks({ release, namespace }),
    'is removed': (helm, namespace) => helm.uninstall({ release, namespace, timeout: minute }),
    'is removed again': (helm, namespace) => helm.uninstall({ release, namespace, timeout: minute }),
  };
  for (const [title, step] of Object.entries(life)) {
    const result = await isSame(step);
    const fails = /^(has no|fails|is not rolled)/.test(title);
    expect(result, title).toMatchObject({ result: fails ? { kind: expect.any(String) as string } : {} });
    if (!fails) expect(result, title).not.toHaveProperty('result.kind');
  }
});

const refused: Record<string, Step> = {
  'values that the schema refuses': apply('good', { number: 'many' }),
  'a kind that the cluster does not have': apply('unknownKind'),
  'an object that the API server cannot read': apply('unreadable'),
  'a field that nobody knows': apply('unknownField'),
  'a name that is none': apply('badName'),
  'a template that does not render': apply('brokenTemplate'),
  'a template that renders to no YAML': apply('brokenYaml'),
  'a template that fails by itself': apply('failing'),
  'a library': apply('library'),
  'a missing dependency': apply('needy'),
  'no chart': (helm, namespace) =>
    helm.upgradeInstall({
      release,
      namespace,
      chart: '/none',
      values: {},
      labels: { a: '1' },
      timeout: minute,
    }),
};

describe.each(Object.entries(refused))('with %s', (_, step) => {
  it('refuses the install and the upgrade as Helm’s own program does', { timeout: 5 * minute }, async () => {
    expect(await isSame(step)).toMatchObject({ result: { kind: expect.any(String) as string } });
    await isSame(apply('changed'));
    // Helm upgrades to a library without a word, and both do.
    await isSame(step);
    await isSame((helm, namespace) => helm.uninstall({ release, namespace, timeout: minute }));
  });
});

it(
  'refuses and adopts a stranger’s object, and what cannot be changed',
  { timeout: 5 * minute },
  async () => {
    for (const driver of drivers) {
      const path = `/api/v1/namespaces/${namespaceOf(driver)}/configmaps/taken`;
      await applyObject(real.cluster, path, {
        ...configMap({ a: 'mine' }),
        metadata: { name: 'taken', namespace: namespaceOf(driver) },
      });
    }
    expect(await isSame(apply('taken'))).toMatchObject({ result: { kind: 'foreign' } });
    await isSame(apply('taken', {}, { adopt: true }));
    await isSame(apply('good'));
    expect(await isSame(apply('otherSelector'))).toMatchObject({ result: { kind: 'immutable' } });
    expect(await isSame(apply('badHook'))).toMatchObject({ result: { kind: 'invalid' } });
    await isSame((helm, namespace) => helm.uninstall({ release, namespace, timeout: minute }));
  },
);

it('renders and lints without a cluster as Helm’s own program does', { timeout: 5 * minute }, async () => {
  const { binary, service } = await helmPrograms(clonePaths(), () => {});
  const [program, served] = [{ binary }, { binary, service }].map((programs) =>
    createLocalHelm({ ...programs, home: join(folder, 'local') }),
  );
  for (const chart of Object.values(charts)) {
    for (const given of [{}, { number: 'many' }]) {
      const results = [program, served].map(async (helm) => {
        const at = { release, namespace: 'somewhere' };
        const said = [helm?.template(chart, at, given as never), helm?.lint(chart, given as never)];
        const settled = await Promise.allSettled(said);
        return settled.map((each) =>
          each.status === 'fulfilled'
            ? each.value
            : { kind: (each.reason as HelmError).kind, message: (each.reason as HelmError).message },
        );
      });
      const [byProgram, byService] = await Promise.all(results);
      expect(byService).toEqual(byProgram);
    }
  }
});

/** A call that waits for its hook, of a release of its own. */
async function waiting(more: { readonly signal?: AbortSignal; readonly lock?: HelmLock }, name: string) {
  const namespace = namespaceOf('service');
  const chart = charts.neverEnding;
  const call = helms.service.upgradeInstall({
    release: name, namespace, chart, values: {}, labels: { a: '1' }, timeout: 10 * minute, ...more,
  }); // prettier-ignore
  const failure = call.then(
    () => undefined,
    (error: unknown) => error,
  );
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  await vi.waitUntil(() => real.cluster.rest.json({ path }).catch(() => undefined), { timeout: minute });
  return { failure, status: async () => (await helms.program.status({ release: name, namespace }))?.status };
}

async function removeHook(name: string): Promise<void> {
  const namespace = namespaceOf('service');
  await real.cluster.rest.deleteIfThere(
    `/api/v1/namespaces/${namespace}/pods/${name}`,
    undefined,
    AbortSignal.timeout(minute),
  );
  await helms.program.uninstall({ release: name, namespace, timeout: minute });
}

const lockFor = (lost: AbortSignal, heldFor: () => number): HelmLock => ({
  token: 'of a test',
  lost,
  heldFor,
});

describe('a call under way', () => {
  it('writes that the release failed when it is stopped', { timeout: 3 * minute }, async () => {
    const stop = new AbortController();
    const call = await waiting({ signal: stop.signal }, 'stopped');
    stop.abort();
    expect(await call.failure).toMatchObject({ kind: 'cancelled' });
    expect(await call.status()).toBe('failed');
    await removeHook('stopped');
  });

  it('writes nothing more when its lock is lost', { timeout: 3 * minute }, async () => {
    const lose = new AbortController();
    const call = await waiting({ lock: lockFor(lose.signal, () => 10 * minute) }, 'lost');
    lose.abort(new Error('lost'));
    expect(await call.failure).toMatchObject({ message: 'Helm was killed' });
    expect(await call.status()).toBe('pending-install');
    await removeHook('lost');
    expect(await call.status()).toBeUndefined();
  });

  it('ends by itself when nobody says that its lock is still held', { timeout: 3 * minute }, async () => {
    let held = 10 * minute;
    const lock = lockFor(new AbortController().signal, () => held);
    const call = await waiting({ lock }, 'forgotten');
    held = 10;
    expect(await call.failure).toMatchObject({
      message: 'the lock on the release was not renewed in time',
    });
    expect(await call.status()).toBe('pending-install');
    await removeHook('forgotten');
  });

  it('ends with its process, and the next one has another', { timeout: 3 * minute }, async () => {
    const call = await waiting({}, 'killed');
    const mine = (await processesWithVariable('BIGDATA_RELEASE_LOCK')).filter(({ value }) =>
      value.startsWith(`service of ${process.pid}.`),
    );
    for (const { identity } of mine) process.kill(identity.pid, 'SIGKILL');
    expect(await call.failure).toMatchObject({ kind: 'unknown' });
    // Its pipes are closed before it is gone.
    const someAlive = async () =>
      (await Promise.all(mine.map(({ identity }) => isAlive(identity)))).includes(true);
    await expect.poll(someAlive, { timeout: patience }).toBe(false);
    expect(await call.status()).toBe('pending-install');
    expect(await helms.service.list({ namespace: namespaceOf('service') })).toHaveLength(1);
    await removeHook('killed');
  });
});
