/**
 * Presto's workers that come, go and are replaced while queries run, through the command line on the local cluster.
 *
 * @components volumes minio metastore presto
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { type Cluster, connect } from '../../src/kubernetes/api/connect.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { patience } from '../support/patience.js';
import { dropNamespace } from '../support/real-cluster.js';
import { Bigdata } from './bigdata.js';
import { Load } from './load.js';
import { type WorkloadPod, workloadPods } from './pods.js';
import { killWorkers } from './workers.js';

const name = 'presto-size';
const bigdata = new Bigdata(clonePaths().state);
let folder: string;
let cluster: Cluster;
let load: Load;

interface Change {
  readonly replicas: number;
  readonly config?: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  cluster = await connect({ kubeconfig: bigdata.kubeconfig });
  await dropNamespace(cluster, name);
  load = new Load(cluster, name, { program: 'presto-load', where: ['http://presto:8080'] });
});

afterAll(async () => {
  await bigdata.run('uninstall', '-f', await fileOf({ replicas: 1 }), '--delete-data', '--yes');
  await dropNamespace(cluster, name);
  await rm(folder, { recursive: true, force: true });
});

async function fileOf(worker: Change): Promise<string> {
  const file = join(folder, 'stack.yaml');
  const components = { volumes: {}, minio: {}, metastore: {}, presto: { values: { worker } } };
  await writeFile(file, stringify({ name, namespace: name, components }));
  return file;
}

const workers = async (): Promise<WorkloadPod[]> =>
  (await workloadPods(bigdata.kubeconfig, name)).filter((each) => each.name.startsWith('presto-worker-'));

async function change(values: Change): Promise<void> {
  const { components } = await bigdata.json<OperationState>('up', '-f', await fileOf(values));
  const presto = components.find((each) => each.name === 'presto');
  expect(presto?.phase).toBe('proven');
  // Those that are too many go when their work is done.
  await expect
    .poll(async () => (await workers()).length, { timeout: 3 * patience, interval: 1_000 })
    .toBe(values.replicas);
}

test('loses no query', async () => {
  await change({ replicas: 1 });
  const [founder] = await workers();
  await load.start();
  const first = bigdata.run('up', '-f', await fileOf({ replicas: 3 }));
  await expect
    .poll(async () => (await workers()).length, { timeout: patience, interval: 250 })
    .toBeGreaterThan(1);
  await killWorkers();
  await change({ replicas: 3 });
  expect((await first).exitCode).toBe(0);
  expect((await workers()).map(({ uid }) => uid)).toContain(founder?.uid);
  const config = { 'task.max-worker-threads': 6 };
  await change({ replicas: 3, config });
  await change({ replicas: 1, config });
  const found = await load.stop();
  process.stdout.write(`more workers, fewer, and others, under queries: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['long']).toBeGreaterThan(3);
  expect(found['answered']).toBeGreaterThan(100);
});
