/**
 * Region servers that come, go and are replaced while clients write and read, through the command line on the local cluster.
 *
 * @components volumes zookeeper hdfs hbase
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { patience } from '../support/patience.js';
import { ChangingStack, type Components } from './changing-stack.js';
import { hbaseLoad } from './hbase-load.js';

let stack: ChangingStack;

interface Change {
  readonly replicas: number;
  readonly masters?: number;
  readonly hbaseSite?: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  stack = await ChangingStack.prepare('hbase-size', hbaseLoad);
});

afterAll(async () => await stack?.remove());

const componentsOf = ({ replicas, masters = 1, hbaseSite = {} }: Change): Components => ({
  volumes: {},
  zookeeper: {},
  hdfs: {},
  hbase: { values: { master: { replicas: masters }, regionServer: { replicas }, hbaseSite } },
});

const servers = (role: string) => stack.pods('hbase', `hbase-${role}`);

async function change(values: Change): Promise<void> {
  const hbase = await stack.up(componentsOf(values), 'hbase');
  expect(hbase?.checks?.[0]?.facts).toMatchObject({ regions: values.replicas });
  await stack.comesTo(values.replicas, 'hbase', 'hbase-region-server');
}

test('loses no row that was acknowledged, and restarts nothing that stays as it is', async () => {
  await change({ replicas: 3 });
  await stack.load.start();
  const [masters, founders] = [await servers('master'), await servers('region-server')];
  // A second NameNode may come one day: nobody waits for it until then.
  for (const pod of ['master-0', 'region-server-0', 'region-server-1', 'region-server-2'])
    expect(await stack.kubectl('logs', `hbase-${pod}`)).not.toMatch(/hdfs-namenode-1.*Already tried [1-9]/);
  await change({ replicas: 4 });
  expect((await servers('region-server')).slice(0, 3)).toEqual(founders);
  const isShrinking = async () => (await servers('region-server')).some((each) => !each.includes(' true '));
  await stack.upWithoutWorker(componentsOf({ replicas: 3 }), isShrinking, () => change({ replicas: 3 }));
  expect(await servers('region-server')).toEqual(founders);
  expect(await servers('master')).toEqual(masters);
  const hbaseSite = { 'hbase.regionserver.handler.count': 12 };
  await change({ replicas: 3, hbaseSite });
  // The active master goes, and the one that stood by takes over.
  await change({ replicas: 3, hbaseSite, masters: 2 });
  await stack.kubectl('delete', 'pod', 'hbase-master-0', '--wait=false');
  const log = async () => await stack.kubectl('logs', 'hbase-master-1');
  await expect.poll(log, { timeout: patience }).toContain('Registered as active master');
  await stack.verify();
  const found = await stack.load.stop();
  process.stdout.write(`more region servers, fewer, and others, under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});
