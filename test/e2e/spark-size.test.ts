/**
 * Spark's workers and master that come, go and are replaced while an application runs, through the command line on the local
 * cluster.
 *
 * @components volumes zookeeper minio metastore spark
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { ChangingStack, type Components } from './changing-stack.js';

let stack: ChangingStack;

interface Change {
  readonly replicas: number;
  readonly config?: object;
}

beforeAll(async () => {
  stack = await ChangingStack.prepare('spark-size', {
    program: 'spark-load',
    where: [],
    home: {
      pod: 'spark-master-0',
      files: async (folder) => ({ 'load.py': await readFile(join(folder, 'load.py')) }),
      command: ['/opt/spark/bin/spark-submit', '--conf', 'spark.cores.max=2', '/load/load.py'],
      env: [
        { name: 'SPARK_CONF_DIR', value: '/etc/spark' },
        { name: 'SPARK_LOCAL_HOSTNAME', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ],
      configuration: { name: 'spark-config', mountPath: '/etc/spark' },
    },
  });
});

afterAll(async () => await stack?.remove());

// Both executors of the application may be on one worker: the check has the third core of each.
const room = { cores: 3, memory: '2g', resources: { limits: { memory: '3Gi' } } };

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
  await stack.exec('spark-load-run', 'touch', '/tmp/stop');
  const found = await stack.load.result();
  process.stdout.write(`more workers, fewer, and others, under an application: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['long']).toBeGreaterThan(5);
});
