import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HelmError } from '../../src/helm/errors.js';
import { type Helm, createHelm } from '../../src/helm/helm.js';
import { thisProcess } from '../../src/processes/location.js';

const fixtures = join(import.meta.dirname, 'fixtures');

let folder: string;
let record: string;
let helm: Helm;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-helm-'));
  record = join(folder, 'record');
  vi.stubEnv('FAKE_RECORD', record);
  helm = helmBy(join(fixtures, 'helm-service.mjs'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

function helmBy(service: string): Helm {
  const binary = join(fixtures, 'helm');
  return createHelm({
    binary,
    service,
    home: join(folder, 'home'),
    kubeconfig: '/k/one',
    context: 'staging',
  });
}

const at = (release: string) => ({ release, namespace: 'demo' });

interface Word {
  readonly id?: number;
  readonly do?: string;
  readonly release?: string;
  readonly heldFor?: number;
}

async function recorded(): Promise<Word[]> {
  const text = await readFile(record, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Word);
}

async function heard(what: string): Promise<Word> {
  return await vi.waitUntil(async () => (await recorded()).find((word) => word.do === what), {
    timeout: 20_000,
  });
}

async function failure(call: Promise<unknown>): Promise<HelmError> {
  const error: unknown = await call.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HelmError);
  return error as HelmError;
}

describe.runIf(process.platform === 'linux')('the service of Helm', () => {
  it('is started once, for cluster and context, and is known as this process’s', async () => {
    expect(await Promise.all([helm.hooks(at('kafka')), helm.hooks(at('spark'))])).toEqual([
      'hooks of kafka',
      'hooks of spark',
    ]);
    const here = await thisProcess();
    expect((await recorded())[0]).toEqual({
      args: ['--kube-context', 'staging'],
      token: `service of ${here?.pid}.${here?.startTime}`,
      kubeconfig: '/k/one',
    });
    expect((await recorded()).filter((word) => 'args' in word)).toHaveLength(1);
  });

  it('is asked for all that Helm’s command line would say', async () => {
    await helm.upgradeInstall({
      ...at('kafka'),
      chart: '/charts/kafka',
      values: { nested: { 'a,b': '$(date)' } },
      labels: { a: '1' },
      timeout: 1_500,
    });
    expect(await heard('upgradeInstall')).toEqual({
      id: 1,
      namespace: 'demo',
      do: 'upgradeInstall',
      release: 'kafka',
      chart: '/charts/kafka',
      values: '{"nested":{"a,b":"$(date)"}}',
      labels: { a: '1' },
      timeoutSeconds: 2,
      adopt: false,
    });
  });

  it('says what Helm said', async () => {
    expect(await failure(helm.hooks(at('fails')))).toMatchObject({
      kind: 'notFound',
      message: 'release: not found',
      lines: ['level=WARN msg=x', 'Error: release: not found'],
    });
  });

  it('stops with its signal, when Helm has written that', async () => {
    const stop = new AbortController();
    const call = helm.uninstall({ ...at('stops'), timeout: 1_000, signal: stop.signal });
    await heard('uninstall');
    stop.abort();
    expect((await failure(call)).kind).toBe('cancelled');
    expect((await recorded()).map((word) => word.do)).not.toContain('drop');
  });

  it('stops although Helm does not', async () => {
    const stop = new AbortController();
    const call = helm.uninstall({ ...at('slow'), timeout: 1_000, signal: stop.signal });
    await heard('uninstall');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    stop.abort();
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    expect((await failure(call)).kind).toBe('cancelled');
    await heard('drop');
  });

  it('says how long its lock is good, again and again, and drops the call when that is lost', async () => {
    const lose = new AbortController();
    const lock = { token: 'mark', lost: lose.signal, heldFor: () => 6_999.5 };
    const call = helm.uninstall({ ...at('slow'), timeout: 1_000, lock });
    expect(await heard('uninstall')).toMatchObject({ heldFor: 6_999 });
    expect(await heard('extend')).toMatchObject({ heldFor: 6_999 });
    lose.abort(new Error('lost'));
    expect((await failure(call)).message).toBe('Helm was killed');
    await heard('drop');
    await expect(helm.uninstall({ ...at('kafka'), timeout: 1_000, lock })).rejects.toThrow('lost');
  });

  it('fails the calls under way when it dies, and is started again', async () => {
    const slow = failure(helm.hooks(at('slow')));
    await heard('hooks');
    const dying = await failure(helm.hooks(at('dies')));
    expect(dying).toMatchObject({ kind: 'unknown', lines: ['panic: no such luck'] });
    expect(dying.message).toMatch(/^Helm ended: .*exit code 2/);
    expect(await slow).toEqual(dying);
    expect(await helm.hooks(at('kafka'))).toBe('hooks of kafka');
  });

  it('says that there is none', async () => {
    expect(await failure(helmBy('/none/helm-service').hooks(at('kafka')))).toMatchObject({ kind: 'missing' });
  });
});
