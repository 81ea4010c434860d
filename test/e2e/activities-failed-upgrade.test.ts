/**
 * What Helm made for an upgrade that failed, and forgets.
 *
 * @components none
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlannedComponent } from '../../src/stack/plan/plan-types.js';
import { type Bench, setUpBench, stack } from '../support/bench.js';
import { applyObject, readObject, run } from '../support/real-cluster.js';

const namespace = 'engine-failed-upgrade';

let bench: Bench;

beforeAll(async () => {
  bench = await setUpBench(namespace, { prepare: true });
});

afterAll(async () => await bench?.close());

const planned = { apiVersion: 'v1', kind: 'ServiceAccount' };
const added = { apiVersion: 'v1', kind: 'ConfigMap', data: { key: 'new' } };
const alsoAdded = { apiVersion: 'v1', kind: 'Secret', stringData: { key: 'new' } };
const pod = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } };
/** Helm makes it after all others, and the API server refuses it. */
const refused = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  spec: { schedule: '?', jobTemplate: { spec: pod } },
};

/** Installs it, and lets an upgrade fail that drops an object, adds one, and has one that is refused. */
async function failUpgrade(name: string) {
  const proven = await bench.actor(name, { replicas: 0, extras: [planned] });
  await bench.apply(proven);
  const broken = await bench.actor(name, { replicas: 0, extras: [added, alsoAdded, refused] });
  await expect(bench.apply(broken)).rejects.toThrow(/schedule/);
  expect(await there(path(`${name}-configmap`))).toBe(true);
  return proven;
}

describe('what a failed upgrade made', () => {
  it('goes with the rollback, but what belongs to others', async () => {
    const proven = await failUpgrade('back');
    // Helm's marks are on it, as on every copy; Helm did not write it.
    await bench.real.cluster.rest.deleteIfThere(path('back-secret', 'secrets'), undefined, soon());
    const annotations = {
      'meta.helm.sh/release-name': 'back',
      'meta.helm.sh/release-namespace': namespace,
    };
    const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
    const metadata = { name: 'back-secret', namespace, annotations, labels };
    const copy = { apiVersion: 'v1', kind: 'Secret', metadata };
    await applyObject(bench.real.cluster, path('back-secret', 'secrets'), copy);
    for (;;) {
      try {
        await rollBack(proven);
        break;
      } catch (error) {
        // Helm's first one fails, as it looks for what was refused.
        expect(String(error)).toContain('not found');
      }
    }
    expect(await there(path('back-configmap'))).toBe(false);
    expect(await there(path('back-serviceaccount', 'serviceaccounts'))).toBe(true);
    expect(await there(path('back-secret', 'secrets'))).toBe(true);
    expect(await bench.remove(proven)).toMatchObject({ wasInstalled: true });
    expect(await there(path('back-secret', 'secrets'))).toBe(true);
  });

  it('goes with an upgrade that succeeds', async () => {
    const proven = await failUpgrade('forth');
    await bench.apply(proven);
    expect(await there(path('forth-configmap'))).toBe(false);
    expect(await there(path('forth-secret', 'secrets'))).toBe(false);
    expect(await there(path('forth-serviceaccount', 'serviceaccounts'))).toBe(true);
    await bench.remove(proven);
  });

  it('goes with the release', async () => {
    const proven = await failUpgrade('out');
    const { chart, values } = proven;
    // By hand, so that no revision that names it is the newest.
    const labels = { 'bigdata.dev/stack': stack };
    const release = { release: 'out', namespace, chart, values, labels, timeout: 60_000 };
    await bench.real.helm.upgradeInstall(release);
    expect(await there(path('out-configmap'))).toBe(true);
    expect(await bench.remove(proven)).toMatchObject({ wasInstalled: true });
    expect(await there(path('out-configmap'))).toBe(false);
  });
});

async function there(at: string): Promise<boolean> {
  return (await readObject(bench.real.cluster, at)) !== undefined;
}

function path(name: string, plural = 'configmaps'): string {
  return `/api/v1/namespaces/${namespace}/${plural}/${name}`;
}

async function rollBack(component: PlannedComponent): Promise<unknown> {
  const { digest } = component;
  const input = { ...bench.reference(component), digest, revision: 1 };
  return await run(bench.real.activities.rollBackComponent, input);
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}
