/** The whole platform through changes, replaced pods and its removal. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import type { Plan, PlannedComponent, PlannedSentinel } from '../../src/stack/plan/plan-types.js';
import { type SentinelStep, sentinelCheck } from '../../src/stack/plan/sentinel.js';
import { all, bigdata, leavePlatform, phases, platformName, platformPods } from '../support/platform.js';
import { type RealCluster, run, useRealCluster } from '../support/real-cluster.js';

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
  await bigdata.json('up', '--on-failure', 'abort');
});

afterAll(async () => {
  await leavePlatform();
  await real.close();
  await rm(folder, { recursive: true, force: true });
});

function reference({ name }: PlannedComponent) {
  return { stack: platformName, namespace: platformName, component: name, release: name };
}

async function sentinel(component: Store, step: SentinelStep): Promise<void> {
  const check = sentinelCheck(component.sentinel, step);
  await run(real.activities.runCheck, { ...reference(component), check, timeout: component.timeouts.check });
}

/** Deletes all pods of a component, and waits until others are ready in their place. */
async function replacePods(component: PlannedComponent): Promise<void> {
  const old = (await platformPods()).filter((pod) => pod.component === component.name);
  for (const { name, uid } of old) {
    const path = `/api/v1/namespaces/${platformName}/pods/${name}`;
    await real.cluster.rest.deleteIfThere(path, uid, AbortSignal.timeout(30_000));
  }
  const gone = async (): Promise<boolean> => {
    const now = await platformPods();
    return old.every(({ uid }) => now.every((pod) => pod.uid !== uid));
  };
  await expect.poll(gone, { timeout: 120_000, interval: 500 }).toBe(true);
  await run(real.activities.awaitReady, { ...reference(component), timeout: component.timeouts.ready });
}

describe.sequential('the platform', () => {
  test('rolls exactly the pods that read a changed configuration', async () => {
    const document = parseDocument(await readFile(join(clonePaths().root, 'stack.yaml'), 'utf8'));
    document.setIn(['components', 'spark', 'values'], {
      config: { coreSite: { 'fs.s3a.connection.maximum': 20 } },
    });
    document.setIn(['components', 'presto', 'values'], { worker: { config: { 'task.concurrency': 4 } } });
    const file = join(folder, 'stack.yaml');
    await writeFile(file, document.toString());
    const before = new Set((await platformPods()).map(({ uid }) => uid));
    const up = await bigdata.json<OperationState>('up', '-f', file, '--on-failure', 'abort');
    expect(phases(up)).toEqual(all('proven'));
    const rolled = (await platformPods()).filter(({ uid }) => !before.has(uid)).map(({ name }) => name);
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
    // Those of the test before are there, unless it failed.
    for (const store of stores) await sentinel(store, 'write');
    const removed = await bigdata.json<OperationState>('uninstall');
    expect(phases(removed)).toEqual(all('removed'));
    expect(new Set(removed.left?.map(({ why }) => why))).toEqual(new Set(['kept']));
    expect(await platformPods()).toEqual([]);

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
