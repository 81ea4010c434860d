/**
 * An ensemble that gets more members and fewer while clients write, through the command line on the local cluster.
 *
 * @components volumes zookeeper
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ChangingStack, type Components } from './changing-stack.js';

let stack: ChangingStack;

beforeAll(async () => {
  const where = ['zookeeper', 'zookeeper-headless'];
  stack = await ChangingStack.prepare('zookeeper-size', { program: 'zookeeper-load', where });
});

afterAll(async () => await stack?.remove());

const componentsOf = (replicas: number): Components => ({ volumes: {}, zookeeper: { values: { replicas } } });

const members = () => stack.pods('zookeeper');

async function resize(size: number): Promise<void> {
  const zookeeper = await stack.up(componentsOf(size), 'zookeeper');
  expect(zookeeper?.checks?.[0]?.facts).toMatchObject({ members: size });
  expect(await members()).toHaveLength(size);
}

/** As {@link resize}, but the worker dies once it is time. */
const resizeWithoutWorker = (size: number, isTime: () => Promise<boolean>): Promise<void> =>
  stack.upWithoutWorker(componentsOf(size), isTime, () => resize(size));

test('loses nothing that a client wrote, and restarts no member', async () => {
  await resize(3);
  await stack.load.start();
  const founders = await members();
  await resizeWithoutWorker(5, async () => (await stack.load.phaseOf('zookeeper-3')) !== undefined);
  expect((await members()).slice(0, 3)).toEqual(founders);
  // In the hook, while members leave.
  await resizeWithoutWorker(3, async () => (await stack.load.phaseOf('zookeeper-resize')) !== undefined);
  expect(await members()).toEqual(founders);
  // Those that come back remember an ensemble in which they have a majority.
  await resize(7);
  await resize(3);
  await resize(7);
  expect((await members()).slice(0, 3)).toEqual(founders);
  const found = await stack.load.stop();
  process.stdout.write(`more members and fewer, under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});

test('has as many members as the stack file says when it is installed again upon its data', async () => {
  await resize(5);
  await resize(3);
  await stack.uninstall();
  await resize(5);
});
