/**
 * Two NameNodes, of which one is active, made of one while clients write and read; then each part of them is lost in turn.
 *
 * @components volumes zookeeper hdfs
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ChangingStack, type Components } from './changing-stack.js';
import { active, killActive, nameNodes } from './name-nodes.js';

let stack: ChangingStack;

const journalNodes = ['hdfs-journalnode-0', 'hdfs-journalnode-1', 'hdfs-journalnode-2'];

beforeAll(async () => {
  const where = nameNodes.map((each) => `${each}.hdfs-namenode:8020`).join(',');
  stack = await ChangingStack.prepare('namenodes', { program: 'hdfs-load', where: [where] });
});

afterAll(async () => await stack?.remove());

function componentsOf(replicas: number, hdfsSite: Readonly<Record<string, unknown>> = {}): Components {
  return { volumes: {}, zookeeper: {}, hdfs: { values: { namenode: { replicas }, hdfsSite } } };
}

/** Takes a pod away, and its volume. */
async function loseVolume(pod: string): Promise<void> {
  await stack.kubectl('delete', 'pvc', `data-${pod}`, '--wait=false');
  await stack.lose('hdfs', pod);
}

test('loses no file that was acknowledged, whatever part of them is lost', async () => {
  await stack.up(componentsOf(1), 'hdfs');
  await stack.load.start();
  // The worker dies while the only one is made one of two.
  const isBegun = async () => (await stack.pods('hdfs', 'hdfs-journalnode')).length > 0;
  await stack.upWithoutWorker(
    componentsOf(2),
    isBegun,
    async () => void (await stack.up(componentsOf(2), 'hdfs')),
  );
  const now = await killActive(stack);
  // One that is asked to go hands over first.
  await stack.lose('hdfs', now);
  expect(await active(stack)).not.toBe(now);

  for (const each of journalNodes) await stack.kill('hdfs', each);
  await loseVolume('hdfs-journalnode-1');
  await loseVolume(now);
  await loseVolume(await active(stack));

  // All are replaced, one by one, for another configuration.
  await stack.up(componentsOf(2, { 'dfs.namenode.handler.count': 12 }), 'hdfs');
  expect(nameNodes).toContain(await active(stack));
  await stack.verify();
  const found = await stack.load.stop();
  process.stdout.write(`two NameNodes, each part lost under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});
