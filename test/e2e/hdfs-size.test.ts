/**
 * DataNodes that come, go and are replaced while clients write and read, through the command line on the local cluster.
 *
 * @components volumes hdfs
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { patience } from '../support/patience.js';
import { ChangingStack, type Components } from './changing-stack.js';

let stack: ChangingStack;

interface Change {
  readonly replicas: number;
  readonly hdfsSite?: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  stack = await ChangingStack.prepare('hdfs-size', { program: 'hdfs-load', where: ['hdfs-namenode:8020'] });
});

afterAll(async () => await stack?.remove());

function componentsOf({ replicas, hdfsSite }: Change): Components {
  // As often as the load's first half minute takes.
  const checkpoints = { 'dfs.namenode.checkpoint.txns': 500, 'dfs.namenode.checkpoint.check.period': 5 };
  const values = { datanode: { replicas }, hdfsSite: { ...checkpoints, ...hdfsSite } };
  return { volumes: {}, hdfs: { values } };
}

const datanodes = () => stack.pods('hdfs', 'hdfs-datanode');

/** What the NameNode has stored of a kind, oldest first: `fsimage_0000000000000000500`, … */
async function stored(kind: string): Promise<string[]> {
  const files = await stack.exec('hdfs-namenode-0', 'ls', '/data/name/current');
  return files.filter((file) => new RegExp(`^${kind}_\\d+$`).test(file));
}

/** How many blocks a DataNode has files of. */
async function held(datanode: string): Promise<number> {
  const blocks = ['-name', 'blk_*', '-not', '-name', '*.meta'];
  return (await stack.exec(datanode, 'find', '/data/blocks', ...blocks)).length;
}

async function change(values: Change): Promise<void> {
  const hdfs = await stack.up(componentsOf(values), 'hdfs');
  expect(hdfs?.checks?.[0]?.facts).toMatchObject({ datanodes: values.replicas });
  expect(await datanodes()).toHaveLength(values.replicas);
}

/** As {@link change}, but the worker dies once it is time. */
const changeWithoutWorker = (values: Change, isTime: () => Promise<boolean>): Promise<void> =>
  stack.upWithoutWorker(componentsOf(values), isTime, () => change(values));

test('loses no file that was acknowledged, and restarts no DataNode that stays as it is', async () => {
  await change({ replicas: 3 });
  await stack.load.start();
  const founders = await datanodes();
  await change({ replicas: 5 });
  expect((await datanodes()).slice(0, 3)).toEqual(founders);
  // New files go to all.
  for (const newcomer of ['hdfs-datanode-3', 'hdfs-datanode-4'])
    await expect.poll(() => held(newcomer), { timeout: patience, interval: 2_000 }).toBeGreaterThan(50);
  // The worker dies while blocks move.
  const moves = async () => (await stack.load.phaseOf('hdfs-resize')) === 'Running';
  await changeWithoutWorker({ replicas: 3 }, moves);
  expect(await datanodes()).toEqual(founders);
  await change({ replicas: 4 });
  // The log of changes has been merged into the image meanwhile.
  const images = await stored('fsimage');
  expect(Number(images.at(-1)?.split('_')[1])).toBeGreaterThan(500);
  const hdfsSite = { 'dfs.namenode.handler.count': 12 };
  await change({ replicas: 4, hdfsSite });
  await change({ replicas: 3, hdfsSite });
  const found = await stack.load.stop();
  process.stdout.write(`more DataNodes, fewer, and others, under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});
