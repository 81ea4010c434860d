/** The whole platform, as `npm start` installs it, through a life of changes. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { ExitCode } from '../../src/errors.js';
import { helmBinary } from '../../src/local/binaries.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation-types.js';
import type { Plan, PlannedComponent, PlannedSentinel } from '../../src/stack/plan-types.js';
import { type SentinelStep, sentinelCheck } from '../../src/stack/sentinel.js';
import { type RealCluster, run, useRealCluster } from '../support/real-cluster.js';
import { Bigdata } from './bigdata.js';
import { type WorkloadPod, workloadPods } from './pods.js';

const namespace = 'bigdata';
/** Pods of each component's workloads. */
const inventory: Readonly<Record<string, number>> = {
  volumes: 1,
  minio: 1,
  zookeeper: 3,
  kafka: 3,
  nifi: 1,
  hdfs: 4,
  hbase: 4,
  metastore: 1,
  spark: 3,
  livy: 1,
  zeppelin: 1,
  presto: 2,
};
const components = [...Object.keys(inventory), 'together'];

// The cluster of the other suites has the images already.
const bigdata = new Bigdata(clonePaths().state);
let folder: string;
let real: RealCluster;
let stores: readonly Store[];

/** A component that keeps data. */
type Store = PlannedComponent & { readonly sentinel: PlannedSentinel };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  real = await useRealCluster();
  const plan = await bigdata.json<Plan>('plan');
  stores = plan.components.filter((component): component is Store => component.sentinel !== undefined);
});

afterAll(async () => {
  await bigdata.run('uninstall', '--delete-data', '--yes');
  await real.close();
  await rm(folder, { recursive: true, force: true });
});

function phases({ components: states }: OperationState): Record<string, string> {
  return Object.fromEntries(states.map(({ name, phase }) => [name, phase]));
}

function all(phase: string): Record<string, string> {
  return Object.fromEntries(components.map((name) => [name, phase]));
}

function pods(): Promise<WorkloadPod[]> {
  return workloadPods(bigdata.kubeconfig, namespace);
}

async function releases(): Promise<{ name: string; revision: string; status: string }[]> {
  const helm = await helmBinary(clonePaths(), () => {});
  const list = ['list', '--namespace', namespace, '--kubeconfig', bigdata.kubeconfig, '--output', 'json'];
  const { stdout } = await execa(helm, list);
  return JSON.parse(stdout) as { name: string; revision: string; status: string }[];
}

function reference({ name }: PlannedComponent) {
  return { stack: 'bigdata', namespace, component: name, release: name };
}

async function sentinel(component: Store, step: SentinelStep): Promise<void> {
  const check = sentinelCheck(component.sentinel, step);
  await run(real.activities.runCheck, { ...reference(component), check, timeout: component.timeouts.check });
}

/** Deletes all pods of a component, and waits until others are ready in their place. */
async function replacePods(component: PlannedComponent): Promise<void> {
  const old = (await pods()).filter((pod) => pod.component === component.name);
  for (const { name, uid } of old) {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    await real.cluster.rest.deleteIfThere(path, uid, AbortSignal.timeout(30_000));
  }
  const gone = async (): Promise<boolean> => {
    const now = await pods();
    return old.every(({ uid }) => now.every((pod) => pod.uid !== uid));
  };
  await expect.poll(gone, { timeout: 120_000, interval: 500 }).toBe(true);
  await run(real.activities.awaitReady, { ...reference(component), timeout: component.timeouts.ready });
}

describe.sequential('the platform', () => {
  test('is installed and proven, each part and all of them together', async () => {
    const up = await bigdata.json<OperationState>('up', '--on-failure', 'abort');
    expect(phases(up)).toEqual(all('proven'));
    const together = up.components.find(({ name }) => name === 'together')?.checks[0]?.facts ?? {};
    expect(together['sum']).toBe(together['expected']);
    expect(together).toMatchObject({ countOfAnotherNonce: 0, sumOfAnotherNonce: 0 });
  });

  test('has one release a component, and the pods of the inventory, all ready, none restarted', async () => {
    const listed = await releases();
    expect(listed.map(({ name }) => name).toSorted()).toEqual(components.toSorted());
    expect(new Set(listed.map(({ status }) => status))).toEqual(new Set(['deployed']));
    const found = await pods();
    const counted = components
      .map((name) => [name, found.filter(({ component }) => component === name).length] as const)
      .filter(([, count]) => count > 0);
    expect(Object.fromEntries(counted)).toEqual(inventory);
    expect(found.filter(({ ready, restarts }) => !ready || restarts > 0)).toEqual([]);
  });

  test('is left alone by a second up', async () => {
    const before = [await releases(), await pods()];
    const { exitCode, stdout } = await bigdata.run('up');
    expect(stdout).toContain('nothing was changed');
    expect(exitCode).toBe(ExitCode.ok);
    expect([await releases(), await pods()]).toEqual(before);
  });

  test('rolls exactly the pods that read a changed configuration', async () => {
    const document = parseDocument(await readFile(join(clonePaths().root, 'stack.yaml'), 'utf8'));
    document.setIn(['components', 'spark', 'values'], {
      config: { coreSite: { 'fs.s3a.connection.maximum': 20 } },
    });
    document.setIn(['components', 'presto', 'values'], { worker: { config: { 'task.concurrency': 4 } } });
    const file = join(folder, 'stack.yaml');
    await writeFile(file, document.toString());
    const before = new Set((await pods()).map(({ uid }) => uid));
    const up = await bigdata.json<OperationState>('up', '-f', file, '--on-failure', 'abort');
    expect(phases(up)).toEqual(all('proven'));
    const rolled = (await pods()).filter(({ uid }) => !before.has(uid)).map(({ name }) => name);
    expect(rolled.map((name) => name.replace(/-[a-z0-9]+-[a-z0-9]{5}$/, ''))).toEqual([
      'presto-worker',
      'spark-worker-0',
      'spark-worker-1',
    ]);
  });

  test('keeps the data of every store when all its pods are replaced', async () => {
    for (const store of stores) {
      await sentinel(store, 'write');
      await replacePods(store);
      await sentinel(store, 'read');
    }
    expect(stores.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'minio',
        'zookeeper',
        'kafka',
        'hdfs',
        'hbase',
        'metastore',
        'nifi',
        'zeppelin',
      ]),
    );
  });

  test('keeps the data when it is uninstalled, and finds it when it is installed again', async () => {
    const removed = await bigdata.json<OperationState>('uninstall');
    expect(phases(removed)).toEqual(all('removed'));
    expect(new Set(removed.left?.map(({ why }) => why))).toEqual(new Set(['kept']));
    expect(await pods()).toEqual([]);

    expect(phases(await bigdata.json<OperationState>('up', '--on-failure', 'abort'))).toEqual(all('proven'));
    for (const store of stores) {
      await sentinel(store, 'read');
      await sentinel(store, 'remove');
    }
  });

  test('leaves nothing when it is uninstalled with its data', async () => {
    const removed = await bigdata.json<OperationState>('uninstall', '--delete-data', '--yes');
    expect(phases(removed)).toEqual(all('removed'));
    expect(removed.left).toEqual([]);
  });
});
