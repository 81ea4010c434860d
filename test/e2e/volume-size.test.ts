/**
 * Volumes that get larger, and a profile that changes, while clients write, through the command line on the local cluster.
 *
 * @components volumes zookeeper
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { connect } from '../../src/kubernetes/api/connect.js';
import type { Claim, List } from '../../src/kubernetes/api/objects.js';
import { Patch, type Rest } from '../../src/kubernetes/api/rest.js';
import { ChangingStack, type Components } from './changing-stack.js';

const name = 'volume-size';

let stack: ChangingStack;
let rest: Rest;

beforeAll(async () => {
  const where = ['zookeeper', 'zookeeper-headless'];
  stack = await ChangingStack.prepare(name, { program: 'zookeeper-load', where });
  ({ rest } = await connect({ kubeconfig: stack.bigdata.kubeconfig }));
});

afterAll(async () => await stack?.remove());

const members = () => stack.pods('zookeeper');

const componentsOf = (size?: string): Components => ({
  volumes: {},
  zookeeper: size === undefined ? {} : { values: { persistence: { size } } },
});

/** What the claims have, by name. */
async function sizes(): Promise<(string | undefined)[]> {
  const path = `/api/v1/namespaces/${name}/persistentvolumeclaims`;
  const { items } = await rest.json<List<Claim>>({ path });
  return items.map(({ status }) => status?.capacity?.storage);
}

/** What the StatefulSet asks for. */
async function asked(): Promise<unknown> {
  const path = `/apis/apps/v1/namespaces/${name}/statefulsets/zookeeper`;
  const { spec } = await rest.json<{
    readonly spec: { readonly volumeClaimTemplates: readonly Claim[] };
  }>({ path });
  return spec.volumeClaimTemplates[0]?.spec?.resources?.requests?.storage;
}

async function expandable(allowVolumeExpansion: boolean): Promise<void> {
  await rest.json({
    method: 'PATCH',
    path: `/apis/storage.k8s.io/v1/storageclasses/${name}-local`,
    contentType: Patch.merge,
    body: { allowVolumeExpansion },
  });
}

test('grow without a restart, and a profile changes and changes back, without a loss', async () => {
  await stack.up(componentsOf(), 'zookeeper');
  await stack.load.start();
  const founders = await members();
  // A class that does not let volumes grow is told before anything is touched.
  await expandable(false);
  const refused = await stack.plan(componentsOf('3Gi'));
  expect(refused.stdout).toContain(`its StorageClass ${name}-local does not let volumes be expanded`);
  expect(refused.exitCode).toBe(2);
  await expandable(true);
  const isExpanding = async () => (await sizes()).includes('3Gi');
  await stack.upWithoutWorker(componentsOf('3Gi'), isExpanding, async () => {
    await stack.up(componentsOf('3Gi'), 'zookeeper');
  });
  expect(await sizes()).toEqual(['3Gi', '3Gi', '3Gi']);
  expect(await asked()).toBe('3Gi');
  expect(await members()).toEqual(founders);
  stack.profile = 'standard';
  await stack.up(componentsOf(), 'zookeeper');
  expect(await sizes()).toEqual(['20Gi', '20Gi', '20Gi']);
  // A volume never gets smaller: a new member would have a small one.
  stack.profile = undefined;
  await stack.up(componentsOf(), 'zookeeper');
  expect(await sizes()).toEqual(['20Gi', '20Gi', '20Gi']);
  expect(await asked()).toBe('2Gi');
  expect((await stack.plan(componentsOf())).exitCode).toBe(0);
  const found = await stack.load.stop();
  process.stdout.write(`larger volumes, another profile and back, under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
  // Those that an uninstall kept, too.
  await stack.uninstall();
  await stack.up(componentsOf('21Gi'), 'zookeeper');
  expect(await sizes()).toEqual(['21Gi', '21Gi', '21Gi']);
});
