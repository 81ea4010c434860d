/**
 * Presto's workers that come, go and are replaced while queries run, through the command line on the local cluster.
 *
 * @components volumes minio metastore presto
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ChangingStack, type Components } from './changing-stack.js';
import { type WorkloadPod, workloadPods } from './pods.js';

let stack: ChangingStack;

interface Change {
  readonly replicas: number;
  readonly config?: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  stack = await ChangingStack.prepare('presto-size', {
    program: 'presto-load',
    where: ['http://presto:8080'],
  });
});

afterAll(async () => await stack?.remove());

const componentsOf = (worker: Change): Components => ({
  volumes: {},
  minio: {},
  metastore: {},
  presto: { values: { worker } },
});

const workers = async (): Promise<WorkloadPod[]> =>
  (await workloadPods(stack.bigdata.kubeconfig, stack.name)).filter((each) =>
    each.name.startsWith('presto-worker-'),
  );

async function change(values: Change): Promise<void> {
  await stack.up(componentsOf(values), 'presto');
  await stack.comesTo(values.replicas, 'presto', 'presto-worker');
}

test('loses no query', async () => {
  await change({ replicas: 1 });
  const [founder] = await workers();
  await stack.load.start();
  const isGrowing = async () => (await workers()).length > 1;
  await stack.upWithoutWorker(componentsOf({ replicas: 3 }), isGrowing, () => change({ replicas: 3 }));
  expect((await workers()).map(({ uid }) => uid)).toContain(founder?.uid);
  const config = { 'task.max-worker-threads': 6 };
  await change({ replicas: 3, config });
  await change({ replicas: 1, config });
  const found = await stack.load.stop();
  process.stdout.write(`more workers, fewer, and others, under queries: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['long']).toBeGreaterThan(3);
  expect(found['answered']).toBeGreaterThan(100);
});
