/**
 * An ensemble that gets more members and fewer while clients write, through the command line on the local cluster.
 *
 * @components volumes zookeeper
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

const name = 'zookeeper-size';
const bigdata = new Bigdata(clonePaths().state);
const sizes = [3, 5, 7] as const;
let folder: string;
let cluster: Cluster;
let load: Load;

const fileOf = (size: number) => join(folder, `${size}.yaml`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  for (const replicas of sizes) {
    const components = { volumes: {}, zookeeper: { values: { replicas } } };
    await writeFile(fileOf(replicas), stringify({ name, namespace: name, components }));
  }
  cluster = await connect({ kubeconfig: bigdata.kubeconfig });
  await dropNamespace(cluster, name);
  load = new Load(cluster, name, { program: 'zookeeper-load', where: ['zookeeper', 'zookeeper-headless'] });
});

afterAll(async () => {
  await bigdata.run('uninstall', '-f', fileOf(3), '--delete-data', '--yes');
  await dropNamespace(cluster, name);
  await rm(folder, { recursive: true, force: true });
});

const patience = { timeout: 120_000, interval: 250 };

const members = () => podsOf(bigdata.kubeconfig, name, 'zookeeper');

async function resize(size: number): Promise<void> {
  const { components } = await bigdata.json<OperationState>('up', '-f', fileOf(size));
  const zookeeper = components.find((each) => each.name === 'zookeeper');
  expect(zookeeper?.phase).toBe('proven');
  expect(zookeeper?.checks?.[0]?.facts).toMatchObject({ members: size });
  expect(await members()).toHaveLength(size);
}

/** As {@link resize}, but the worker dies once it is time. */
async function resizeWithoutWorker(size: number, isTime: () => Promise<boolean>): Promise<void> {
  const first = bigdata.run('up', '-f', fileOf(size));
  await expect.poll(isTime, patience).toBe(true);
  await killWorkers();
  await resize(size);
  expect((await first).exitCode).toBe(0);
}

test('loses nothing that a client wrote, and restarts no member', async () => {
  await bigdata.json('up', '-f', fileOf(3));
  await load.start();
  const founders = await members();
  await resizeWithoutWorker(5, async () => (await load.phaseOf('zookeeper-3')) !== undefined);
  expect((await members()).slice(0, 3)).toEqual(founders);
  // In the hook, while members leave.
  await resizeWithoutWorker(3, async () => (await load.phaseOf('zookeeper-resize')) !== undefined);
  expect(await members()).toEqual(founders);
  // Those that come back remember an ensemble in which they have a majority.
  await resize(7);
  await resize(3);
  await resize(7);
  expect((await members()).slice(0, 3)).toEqual(founders);
  const found = await load.stop();
  process.stdout.write(`more members and fewer, under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});

test('has as many members as the stack file says when it is installed again upon its data', async () => {
  await resize(5);
  await resize(3);
  await bigdata.json('uninstall', '-f', fileOf(3), '--yes');
  await resize(5);
});
