import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HelmError } from '../../src/helm/errors.js';
import { createHelm } from '../../src/helm/helm.js';

const binary = join(import.meta.dirname, 'fixtures', 'helm');

let folder: string;
let record: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-helm-'));
  record = join(folder, 'record');
  vi.stubEnv('FAKE_RECORD', record);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const helm = () =>
  createHelm({ binary, home: join(folder, 'home'), kubeconfig: '/k/one:/k/two', context: 'staging' });

const release = { release: 'kafka', namespace: 'demo' };

async function recorded(): Promise<{ args: string[]; environment: string[]; input: string }> {
  const lines = (await readFile(record, 'utf8')).split('\n');
  const of = (kind: string) =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  return { args: of('arg'), environment: of('env'), input: of('input').join('\n') };
}

async function failure(call: Promise<unknown>): Promise<HelmError> {
  const error: unknown = await call.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HelmError);
  return error as HelmError;
}

describe('every call', () => {
  it('names cluster, context and namespace, and brings nobody’s own Helm set-up along', async () => {
    vi.stubEnv('HELM_NAMESPACE', 'elsewhere');
    vi.stubEnv('HELM_DRIVER', 'configmap');
    vi.stubEnv('KUBECONFIG', '/wrong');
    vi.stubEnv('FAKE_KEPT', 'yes');
    await helm().uninstall({ ...release, timeout: 1_500 });
    const { args, environment } = await recorded();
    expect(args.join(' ')).toBe(
      'uninstall kafka --ignore-not-found --timeout 2s --debug --namespace demo --kube-context staging',
    );
    expect(environment).toEqual([
      'FAKE_KEPT=yes',
      `HELM_CACHE_HOME=${folder}/home/cache`,
      `HELM_CONFIG_HOME=${folder}/home/config`,
      `HELM_DATA_HOME=${folder}/home/data`,
      `KUBECACHEDIR=${folder}/home/cache/kube`,
      'KUBECONFIG=/k/one:/k/two',
    ]);
  });

  it('says what Helm said', async () => {
    vi.stubEnv('FAKE_EXIT', '1');
    vi.stubEnv('FAKE_STDERR', 'level=WARN msg=x\nError: release: not found\n');
    expect(await failure(helm().hooks(release))).toMatchObject({
      kind: 'notFound',
      message: 'release: not found',
      lines: ['level=WARN msg=x', 'Error: release: not found'],
    });
  });

  it('says that there is no Helm', async () => {
    const missing = createHelm({ binary: '/none/helm', home: folder, kubeconfig: '/k' });
    expect(await failure(missing.hooks(release))).toMatchObject({ kind: 'missing' });
  });

  it('stops with its signal', async () => {
    vi.stubEnv('FAKE_SLEEP', '60');
    const stop = new AbortController();
    const call = helm().uninstall({ ...release, timeout: 1_000, signal: stop.signal });
    await vi.waitUntil(async () => await readFile(record).catch(() => undefined), { timeout: 5_000 });
    stop.abort();
    expect((await failure(call)).kind).toBe('cancelled');
  });

  it('carries the mark of its lock, and is killed without delay when that is lost', async () => {
    vi.stubEnv('FAKE_SLEEP', '60');
    const lose = new AbortController();
    const lock = { token: 'mark', lost: lose.signal, heldFor: () => 7_000 };
    const call = helm().uninstall({ ...release, timeout: 1_000, lock });
    await vi.waitUntil(
      async () => (await readFile(record, 'utf8').catch(() => '')).includes('BIGDATA_RELEASE_LOCK'),
      {
        timeout: 5_000,
      },
    );
    expect((await recorded()).environment).toContain('BIGDATA_RELEASE_LOCK=mark');
    lose.abort(new Error('lost'));
    expect((await failure(call)).message).toBe('Helm was killed by SIGKILL');
    await expect(helm().uninstall({ ...release, timeout: 1_000, lock })).rejects.toThrow('lost');
  });
});

describe('template', () => {
  it('renders an upgrade by what the cluster has, and touches nothing', async () => {
    vi.stubEnv('FAKE_STDOUT', 'kind: ConfigMap\n');
    expect(await helm().template({ ...release, chart: '/charts/kafka', values: { replicas: 3 } })).toBe(
      'kind: ConfigMap',
    );
    const { args, input } = await recorded();
    expect(args.join(' ')).toBe(
      'template kafka /charts/kafka --values - --is-upgrade --dry-run=server --namespace demo --kube-context staging',
    );
    expect(input.trim()).toBe('{"replicas":3}');
  });
});

describe('upgradeInstall', () => {
  it('gives the values by standard input alone, and all of them', async () => {
    const values = { replicas: 3, nested: { 'a,b': '$(date)' } };
    await helm().upgradeInstall({
      ...release,
      chart: '/charts/kafka',
      values,
      labels: { a: '1', b: '2' },
      timeout: 60_000,
    });
    const { args, input } = await recorded();
    expect(args.slice(0, 4)).toEqual(['upgrade', 'kafka', '/charts/kafka', '--install']);
    expect(args).toEqual(
      expect.arrayContaining(['--reset-values', '--labels', 'a=1,b=2', '--values', '-', '60s']),
    );
    expect(args).not.toContain('--wait');
    expect(args.join(' ')).not.toContain('replicas');
    expect(JSON.parse(input)).toEqual(values);
  });
});

describe('status and list', () => {
  const row = { name: 'kafka', namespace: 'demo', revision: '12', status: 'deployed', chart: 'kafka-1' };

  it('read what `helm list` prints', async () => {
    vi.stubEnv('FAKE_STDOUT', JSON.stringify([row]));
    const found = { name: 'kafka', namespace: 'demo', revision: 12, status: 'deployed' };
    expect(await helm().list({ namespace: 'demo' })).toEqual([found]);
    expect(await helm().status(release)).toEqual(found);
    expect((await recorded()).args).toContain('^kafka$');
  });

  it('know that there is none', async () => {
    vi.stubEnv('FAKE_STDOUT', '[]');
    expect(await helm().status(release)).toBeUndefined();
  });
});
