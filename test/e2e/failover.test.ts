/**
 * Members of stores that are killed without a warning while clients write, on the local cluster.
 *
 * @components volumes zookeeper kafka minio hdfs
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ChangingStack } from './changing-stack.js';
import type { Load } from './load.js';

let stack: ChangingStack;

beforeAll(async () => {
  stack = await ChangingStack.prepare(
    'failover',
    { program: 'zookeeper-load', where: ['zookeeper', 'zookeeper-headless'] },
    { program: 'kafka-load', where: ['kafka:9092'] },
    { program: 's3-load', where: ['minio:9000'], secret: 'minio' },
    { program: 'hdfs-load', where: ['hdfs-namenode:8020'] },
  );
  await stack.up({ volumes: {}, zookeeper: {}, kafka: {}, minio: {}, hdfs: {} }, 'kafka');
});

afterAll(async () => await stack?.remove());

/** The members of ZooKeeper, its leader first. */
async function members(): Promise<string[]> {
  const names = (await stack.pods('zookeeper')).map((each) => each.split(' ')[0] ?? '');
  const ask = 'exec 3<>/dev/tcp/localhost/2181; echo srvr >&3; cat <&3';
  const modes = await Promise.all(names.map((each) => stack.exec(each, 'bash', '-c', ask)));
  const leader = names.find((_, index) => modes[index]?.includes('Mode: leader'));
  expect(leader).toBeDefined();
  return [leader ?? '', ...names.filter((each) => each !== leader)];
}

/** What clients found in the end, of which nothing is lost. */
async function end(loads: Readonly<Record<string, Load | undefined>>): Promise<void> {
  for (const [name, load] of Object.entries(loads)) {
    const found = await load?.stop();
    process.stdout.write(`${name}, its members killed under load: ${JSON.stringify(found)}\n`);
    expect(found).toMatchObject({ lost: 0 });
    // Of a machine that is ten times slower, too.
    expect(found?.['acknowledged']).toBeGreaterThan(100);
  }
}

test('quorums go on, whichever of their members is killed', async () => {
  const [zookeeper, kafka] = stack.loads;
  await zookeeper?.start();
  await kafka?.start();
  for (const member of await members()) await stack.kill('zookeeper', member);
  // One of them is the controller.
  for (const broker of ['kafka-0', 'kafka-1', 'kafka-2']) await stack.kill('kafka', broker);
  await end({ ZooKeeper: zookeeper, Kafka: kafka });
});

test('stores of one server keep what they have acknowledged', async () => {
  const [, , minio, hdfs] = stack.loads;
  await minio?.start();
  await hdfs?.start();
  await stack.kill('minio', 'minio-0');
  await stack.kill('hdfs', 'hdfs-namenode-0');
  for (const node of ['hdfs-datanode-0', 'hdfs-datanode-1', 'hdfs-datanode-2'])
    await stack.kill('hdfs', node);
  await stack.verify();
  await end({ MinIO: minio, HDFS: hdfs });
});
