/**
 * Two components that get newer versions while clients write: a clone of before installs them, this one upgrades them, through the
 * command line on the local cluster.
 *
 * @components volumes zookeeper kafka
 */
import { rm } from 'node:fs/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { clonePaths } from '../../src/paths.js';
import { Bigdata } from './bigdata.js';
import { ChangingStack, type Components } from './changing-stack.js';
import { earlierClone } from './earlier-clone.js';
import { workloadPods } from './pods.js';

let stack: ChangingStack;
let clone: string;

/** ZooKeeper's own version of it does not go with the logging library of the image. */
const logging = `    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-api</artifactId>
      <version>2.0.13</version>
    </dependency>
  </dependencies>`;

beforeAll(async () => {
  stack = await ChangingStack.prepare(
    'version-upgrade',
    { program: 'zookeeper-load', where: ['zookeeper', 'zookeeper-headless'] },
    { program: 'kafka-load', where: ['kafka:9092'] },
  );
  clone = await earlierClone([
    {
      component: 'zookeeper',
      from: '3.9.3',
      to: '3.9.4',
      pom: (text) => text.replace('  </dependencies>', logging),
    },
    { component: 'kafka', from: '3.9.0', to: '3.9.1' },
  ]);
});

afterAll(async () => {
  await stack?.remove();
  if (clone !== undefined) await rm(clone, { recursive: true, force: true });
});

const components: Components = { volumes: {}, zookeeper: {}, kafka: {} };

/** The versions of the images of a component's pods. */
async function versions(component: string): Promise<Set<string>> {
  const pods = await workloadPods(stack.bigdata.kubeconfig, stack.name);
  const own = pods.filter((each) => each.component === component);
  return new Set(own.map(({ image }) => /:([\d.]+)/.exec(image)?.[1] ?? image));
}

test('lose nothing that was acknowledged', async () => {
  const { state } = clonePaths();
  const current = stack.bigdata;
  stack.bigdata = new Bigdata(state, {}, clone);
  await stack.up(components, 'kafka');
  expect(await versions('zookeeper')).toEqual(new Set(['3.9.3']));
  expect(await versions('kafka')).toEqual(new Set(['3.9.0']));
  for (const load of stack.loads) await load.start();
  stack.bigdata = current;
  const isRolling = async () => (await versions('kafka')).has('3.9.1');
  await stack.upWithoutWorker(components, isRolling, async () => {
    await stack.up(components, 'kafka');
  });
  expect(await versions('zookeeper')).toEqual(new Set(['3.9.4']));
  expect(await versions('kafka')).toEqual(new Set(['3.9.1']));
  for (const load of stack.loads) {
    const found = await load.stop();
    process.stdout.write(`newer versions, under load: ${JSON.stringify(found)}\n`);
    expect(found).toMatchObject({ lost: 0 });
    expect(found['acknowledged']).toBeGreaterThan(1_000);
  }
});
