/**
 * DataNodes that come, go and are replaced while clients write and read, through the command line on the local cluster.
 *
 * @components volumes hdfs
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
import { podsOf } from './pods.js';
import { killWorkers } from './workers.js';

const name = 'hdfs-size';
const bigdata = new Bigdata(clonePaths().state);
let folder: string;
let cluster: Cluster;
let load: Load;

interface Change {
  readonly replicas: number;
  readonly hdfsSite?: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  cluster = await connect({ kubeconfig: bigdata.kubeconfig });
  await dropNamespace(cluster, name);
  load = new Load(cluster, name, { program: 'hdfs-load', where: ['hdfs-namenode:8020'] });
});

afterAll(async () => {
  await bigdata.run('uninstall', '-f', await fileOf({ replicas: 3 }), '--delete-data', '--yes');
  await dropNamespace(cluster, name);
  await rm(folder, { recursive: true, force: true });
});

async function fileOf({ replicas, hdfsSite }: Change): Promise<string> {
  const file = join(folder, 'stack.yaml');
  // As often as the load's first half minute takes.
  const checkpoints = { 'dfs.namenode.checkpoint.txns': 500, 'dfs.namenode.checkpoint.check.period': 5 };
  const values = { datanode: { replicas }, hdfsSite: { ...checkpoints, ...hdfsSite } };
  await writeFile(file, stringify({ name, namespace: name, components: { volumes: {}, hdfs: { values } } }));
  return file;
}

const datanodes = async () =>
  (await podsOf(bigdata.kubeconfig, name, 'hdfs')).filter((each) => each.startsWith('hdfs-datanode-'));

/** What the NameNode has stored of a kind, oldest first: `fsimage_0000000000000000500`, … */
async function stored(kind: string): Promise<string[]> {
  const command = ['exec', 'hdfs-namenode-0', '--', 'ls', '/data/name/current'];
  const files = await bigdata.run('kubectl', '-n', name, ...command);
  expect(files.exitCode).toBe(0);
  return files.stdout.split('\n').filter((file) => new RegExp(`^${kind}_\\d+$`).test(file));
}

/** How many blocks a DataNode has files of. */
async function held(datanode: string): Promise<number> {
  const command = [
    'exec',
    datanode,
    '--',
    'find',
    '/data/blocks',
    '-name',
    'blk_*',
    '-not',
    '-name',
    '*.meta',
  ];
  const files = await bigdata.run('kubectl', '-n', name, ...command);
  expect(files.exitCode).toBe(0);
  return files.stdout.trim().split('\n').length;
}

async function change(values: Change): Promise<void> {
  const { components } = await bigdata.json<OperationState>('up', '-f', await fileOf(values));
  const hdfs = components.find((each) => each.name === 'hdfs');
  expect(hdfs?.phase).toBe('proven');
  expect(hdfs?.checks?.[0]?.facts).toMatchObject({ datanodes: values.replicas });
  expect(await datanodes()).toHaveLength(values.replicas);
}

/** As {@link change}, but the worker dies once it is time. */
async function changeWithoutWorker(values: Change, isTime: () => Promise<boolean>): Promise<void> {
  const first = bigdata.run('up', '-f', await fileOf(values));
  await expect.poll(isTime, { timeout: patience, interval: 250 }).toBe(true);
  await killWorkers();
  await change(values);
  expect((await first).exitCode).toBe(0);
}

test('loses no file that was acknowledged, and restarts no DataNode that stays as it is', async () => {
  await change({ replicas: 3 });
  await load.start();
  const founders = await datanodes();
  await change({ replicas: 5 });
  expect((await datanodes()).slice(0, 3)).toEqual(founders);
  // New files go to all.
  for (const newcomer of ['hdfs-datanode-3', 'hdfs-datanode-4'])
    await expect.poll(() => held(newcomer), { timeout: patience, interval: 2_000 }).toBeGreaterThan(50);
  // The worker dies while blocks move.
  const moves = async () => (await load.phaseOf('hdfs-resize')) === 'Running';
  await changeWithoutWorker({ replicas: 3 }, moves);
  expect(await datanodes()).toEqual(founders);
  await change({ replicas: 4 });
  // The log of changes has been merged into the image meanwhile.
  const images = await stored('fsimage');
  expect(Number(images.at(-1)?.split('_')[1])).toBeGreaterThan(500);
  const hdfsSite = { 'dfs.namenode.handler.count': 12 };
  await change({ replicas: 4, hdfsSite });
  await change({ replicas: 3, hdfsSite });
  const found = await load.stop();
  process.stdout.write(`more DataNodes, fewer, and others, under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});
