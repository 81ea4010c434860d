/**
 * Spark's workers and master that come, go and are replaced while an application runs, through the command line on the local
 * cluster.
 *
 * @components volumes zookeeper minio metastore spark
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ChangingStack, type Components } from './changing-stack.js';
import { endSparkLoad, room, sparkLoad } from './spark-load.js';

let stack: ChangingStack;

interface Change {
  readonly replicas: number;
  readonly config?: object;
}

beforeAll(async () => {
  stack = await ChangingStack.prepare('spark-size', sparkLoad);
});

afterAll(async () => await stack?.remove());

const componentsOf = ({ replicas, config = {} }: Change): Components => ({
  volumes: {},
  zookeeper: {},
  minio: {},
  metastore: {},
  spark: { values: { worker: { replicas, ...room }, config } },
});

const pods = (role: string) => stack.pods('spark', `spark-${role}`);

async function change(values: Change): Promise<void> {
  const spark = await stack.up(componentsOf(values), 'spark');
  expect(spark?.checks?.[0]?.facts).toMatchObject({ workers: values.replicas });
  await stack.comesTo(values.replicas, 'spark', 'spark-worker');
}

test('goes on with an application that runs, and loses no job of it', async () => {
  await change({ replicas: 2 });
  await stack.load.start();
  const [masters, founders] = [await pods('master'), await pods('worker')];
  await change({ replicas: 4 });
  expect((await pods('worker')).slice(0, 2)).toEqual(founders);
  // The worker of Temporal dies while Spark's leave.
  const isShrinking = async () => (await pods('worker')).some((each) => !each.includes(' true '));
  await stack.upWithoutWorker(componentsOf({ replicas: 2 }), isShrinking, () => change({ replicas: 2 }));
  expect(await pods('worker')).toEqual(founders);
  // What only drivers read restarts nothing.
  const sparkDefaults = { 'spark.sql.shuffle.partitions': 6 };
  await change({ replicas: 2, config: { sparkDefaults } });
  expect(await pods('worker')).toEqual(founders);
  expect(await pods('master')).toEqual(masters);
  // What all read restarts all.
  await change({ replicas: 2, config: { sparkDefaults, log4j2: { 'logger.load.name': 'load' } } });
  expect(await pods('master')).not.toEqual(masters);
  const found = await endSparkLoad(stack);
  process.stdout.write(`more workers, fewer, and others, under an application: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['long']).toBeGreaterThan(5);
});
