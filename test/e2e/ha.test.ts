/**
 * The profile becomes `ha`, and whatever is active in it is killed, while a client writes and reads.
 *
 * @components volumes zookeeper hdfs hbase
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ChangingStack } from './changing-stack.js';
import { hbaseLoad } from './hbase-load.js';
import { killActive } from './name-nodes.js';

let stack: ChangingStack;

const components = { volumes: {}, zookeeper: {}, hdfs: {}, hbase: {} };

beforeAll(async () => {
  stack = await ChangingStack.prepare('ha', hbaseLoad);
  await stack.up(components, 'hbase');
});

afterAll(async () => await stack?.remove());

test('loses no row that was acknowledged', async () => {
  await stack.load.start();
  stack.profile = 'ha';
  await stack.up(components, 'hbase');
  await killActive(stack);
  await killActive(stack);
  // One of them is active.
  await stack.kill('hbase', 'hbase-master-0');
  await stack.kill('hbase', 'hbase-master-1');
  await stack.verify();
  const found = await stack.load.stop();
  process.stdout.write(
    `the profile ha, and each active NameNode and master killed under load: ${JSON.stringify(found)}\n`,
  );
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});
