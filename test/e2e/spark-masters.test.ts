/**
 * Two masters of Spark, made of one while an application runs; then each of them is lost, and both become one again.
 *
 * @components volumes zookeeper minio metastore spark
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { patience } from '../support/patience.js';
import { ChangingStack, type Components } from './changing-stack.js';
import { endSparkLoad, room, sparkLoad } from './spark-load.js';

let stack: ChangingStack;

const masters = ['spark-master-0', 'spark-master-1'];

beforeAll(async () => {
  stack = await ChangingStack.prepare('spark-masters', sparkLoad);
});

afterAll(async () => await stack?.remove());

function componentsOf(replicas: number, config: object = {}): Components {
  const spark = { values: { master: { replicas }, worker: room, config } };
  return { volumes: {}, zookeeper: {}, minio: {}, metastore: {}, spark };
}

const pods = (role: string) => stack.pods('spark', `spark-${role}`);

/** What a master says of itself: ALIVE, RECOVERING or STANDBY; empty if it does not answer. */
async function statusOf(master: string): Promise<string> {
  const ask = ['exec', master, '--', 'curl', '-s', '--max-time', '5', 'localhost:8080/json/'];
  const { stdout } = await stack.bigdata.run('kubectl', '-n', stack.name, ...ask);
  return /"status" : "(\w+)"/.exec(stdout)?.[1] ?? '';
}

/** Those that say that they lead. */
async function leading(): Promise<string[]> {
  const found: string[] = [];
  for (const each of masters) if (['ALIVE', 'RECOVERING'].includes(await statusOf(each))) found.push(each);
  return found;
}

/** Those to which the Service leads, e.g. `pod/spark-master-0`. */
async function labelled(): Promise<string> {
  return (await stack.kubectl('get', 'pods', '-l', 'bigdata.dev/leader=true', '-o', 'name')).trim();
}

/** The one that leads, to which the Service leads; waits until it is one. */
async function leader(): Promise<string> {
  await expect.poll(async () => (await leading()).length, { timeout: patience, interval: 500 }).toBe(1);
  const [found = ''] = await leading();
  await expect.poll(labelled, { timeout: patience, interval: 500 }).toBe(`pod/${found}`);
  return found;
}

const other = (master: string) => masters.find((each) => each !== master) ?? '';

test('find executors for an application whichever of them is lost, and lose no job of it', async () => {
  await stack.up(componentsOf(1), 'spark');
  await stack.load.start();
  const workers = await pods('worker');
  // The worker of Temporal dies while the only one gets another beside it.
  const isBegun = async () => (await pods('master')).length > 1;
  await stack.upWithoutWorker(
    componentsOf(2),
    isBegun,
    async () => void (await stack.up(componentsOf(2), 'spark')),
  );
  expect((await pods('worker')).map((each) => each.split(' ')[1])).toEqual(
    workers.map((each) => each.split(' ')[1]),
  );

  const first = await leader();
  await stack.kill('spark', first);
  const second = await leader();
  expect(second).toBe(other(first));
  // One that is asked to go hands over.
  await stack.lose('spark', second);
  expect(await leader()).toBe(first);
  // A crash, after which it starts in the same pod.
  await stack.bigdata.run('kubectl', '-n', stack.name, 'exec', first, '--', 'bash', '-c', 'kill -SEGV 1');
  await expect.poll(() => leader(), { timeout: patience, interval: 1_000 }).toBe(second);
  const isBack = async () => (await pods('master')).every((each) => each.includes(' true '));
  await expect.poll(isBack, { timeout: patience, interval: 1_000 }).toBe(true);
  // One that stands by is missed by nobody.
  await stack.kill('spark', first);
  expect(await leader()).toBe(second);

  // Both are replaced, one by one.
  await stack.up(componentsOf(2, { log4j2: { 'logger.load.name': 'load' } }), 'spark');
  await leader();
  await stack.verify();
  await stack.up(componentsOf(1, { log4j2: { 'logger.load.name': 'load' } }), 'spark');
  const found = await endSparkLoad(stack);
  process.stdout.write(`one master, two, each lost, and one again: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['long']).toBeGreaterThan(5);
});
