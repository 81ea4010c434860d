/**
 * Brokers that come, go and are replaced while clients write, through the command line on the local cluster.
 *
 * @components volumes zookeeper kafka
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { type Cluster, connect } from '../../src/kubernetes/api/connect.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { dropNamespace } from '../support/real-cluster.js';
import { Bigdata } from './bigdata.js';
import { Load } from './load.js';
import { podsOf } from './pods.js';
import { killWorkers } from './workers.js';

const name = 'kafka-size';
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
  load = new Load(cluster, name, { program: 'kafka-load', where: ['kafka:9092'] });
});

afterAll(async () => {
  await bigdata.run('uninstall', '-f', await fileOf({ replicas: 3 }), '--delete-data', '--yes');
  await dropNamespace(cluster, name);
  await rm(folder, { recursive: true, force: true });
});

async function fileOf(values: Change): Promise<string> {
  const file = join(folder, 'stack.yaml');
  const components = { volumes: {}, zookeeper: {}, kafka: { values } };
  await writeFile(file, stringify({ name, namespace: name, components }));
  return file;
}

const brokers = () => podsOf(bigdata.kubeconfig, name, 'kafka');

/** How many partitions a broker has files of. */
async function held(broker: string): Promise<number> {
  const files = await bigdata.run('kubectl', '-n', name, 'exec', broker, '--', 'ls', '/data/records');
  expect(files.exitCode).toBe(0);
  return files.stdout.split('\n').filter((file) => /-\d+$/.test(file)).length;
}

async function change(values: Change): Promise<void> {
  const { components } = await bigdata.json<OperationState>('up', '-f', await fileOf(values));
  const kafka = components.find((each) => each.name === 'kafka');
  expect(kafka?.phase).toBe('proven');
  expect(kafka?.checks?.[0]?.facts).toMatchObject({ brokers: values.replicas });
  expect(await brokers()).toHaveLength(values.replicas);
}

/** As {@link change}, but the worker dies once it is time. */
async function changeWithoutWorker(values: Change, isTime: () => Promise<boolean>): Promise<void> {
  const first = bigdata.run('up', '-f', await fileOf(values));
  await expect.poll(isTime, { timeout: 120_000, interval: 250 }).toBe(true);
  await killWorkers();
  await change(values);
  expect((await first).exitCode).toBe(0);
}

test('loses no record that was acknowledged, and restarts no broker that stays as it is', async () => {
  await change({ replicas: 3 });
  await load.start();
  const founders = await brokers();
  await changeWithoutWorker({ replicas: 5 }, async () => (await load.phaseOf('kafka-3')) !== undefined);
  expect((await brokers()).slice(0, 3)).toEqual(founders);
  // The load's alone are 36 replicas, of which each of five has seven.
  expect(await held('kafka-3')).toBeGreaterThanOrEqual(7);
  expect(await held('kafka-4')).toBeGreaterThanOrEqual(7);
  await change({ replicas: 3 });
  expect(await brokers()).toEqual(founders);
  await change({ replicas: 4 });
  // It comes back upon its old volume.
  expect(await held('kafka-3')).toBeGreaterThanOrEqual(9);
  await change({ replicas: 4, config: { 'log.retention.hours': 24 } });
  await change({ replicas: 3, config: { 'log.retention.hours': 24 } });
  const found = await load.stop();
  process.stdout.write(`more brokers, fewer, and others, under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});
