/**
 * Brokers that come, go and are replaced while clients write, through the command line on the local cluster.
 *
 * @components volumes zookeeper kafka
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ChangingStack, type Components } from './changing-stack.js';

let stack: ChangingStack;

interface Change {
  readonly replicas: number;
  readonly config?: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  stack = await ChangingStack.prepare('kafka-size', { program: 'kafka-load', where: ['kafka:9092'] });
});

afterAll(async () => await stack?.remove());

const componentsOf = (values: Change): Components => ({ volumes: {}, zookeeper: {}, kafka: { values } });

const brokers = () => stack.pods('kafka');

/** How many partitions a broker has files of. */
async function held(broker: string): Promise<number> {
  const files = await stack.exec(broker, 'ls', '/data/records');
  return files.filter((file) => /-\d+$/.test(file)).length;
}

async function change(values: Change): Promise<void> {
  const kafka = await stack.up(componentsOf(values), 'kafka');
  expect(kafka?.checks?.[0]?.facts).toMatchObject({ brokers: values.replicas });
  expect(await brokers()).toHaveLength(values.replicas);
}

/** As {@link change}, but the worker dies once it is time. */
const changeWithoutWorker = (values: Change, isTime: () => Promise<boolean>): Promise<void> =>
  stack.upWithoutWorker(componentsOf(values), isTime, () => change(values));

test('loses no record that was acknowledged, and restarts no broker that stays as it is', async () => {
  await change({ replicas: 3 });
  await stack.load.start();
  const founders = await brokers();
  await changeWithoutWorker({ replicas: 5 }, async () => (await stack.load.phaseOf('kafka-3')) !== undefined);
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
  const found = await stack.load.stop();
  process.stdout.write(`more brokers, fewer, and others, under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});
