/**
 * An ensemble that gets more members and fewer while clients write, through the command line on the local cluster.
 *
 * @components volumes zookeeper
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { type Cluster, connect } from '../../src/kubernetes/api/connect.js';
import { rawLog } from '../../src/kubernetes/api/logs.js';
import type { Pod } from '../../src/kubernetes/api/objects.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { ensureGoImage } from '../support/go-image.js';
import { applyObject, dropNamespace, readObject } from '../support/real-cluster.js';
import { Bigdata } from './bigdata.js';
import { workloadPods } from './pods.js';
import { killWorkers } from './workers.js';

const name = 'zookeeper-size';
const module = join(import.meta.dirname, '..', 'fixtures', 'zookeeper-load');
const bigdata = new Bigdata(clonePaths().state);
const sizes = [3, 5, 7] as const;
let folder: string;
let cluster: Cluster;
let image: string;

const fileOf = (size: number) => join(folder, `${size}.yaml`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  for (const replicas of sizes) {
    const components = { volumes: {}, zookeeper: { values: { replicas } } };
    await writeFile(fileOf(replicas), stringify({ name, namespace: name, components }));
  }
  cluster = await connect({ kubeconfig: bigdata.kubeconfig });
  await dropNamespace(cluster, name);
  image = await ensureGoImage(clonePaths(), { module, name: 'zookeeper-load' });
});

afterAll(async () => {
  await bigdata.run('uninstall', '-f', fileOf(3), '--delete-data', '--yes');
  await dropNamespace(cluster, name);
  await rm(folder, { recursive: true, force: true });
});

const podPath = (pod: string) => `/api/v1/namespaces/${name}/pods/${pod}`;

async function phaseOf(pod: string): Promise<string | undefined> {
  return (await readObject<Pod>(cluster, podPath(pod)))?.status?.phase;
}

/** Runs the client that writes all the time, or tells it to stop. */
async function load(step: 'run' | 'stop'): Promise<void> {
  const container = {
    name: 'load',
    image,
    args: [step, 'zookeeper', 'zookeeper-headless'],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  const pod = `load-${step}`;
  await applyObject(cluster, podPath(pod), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, namespace: name, labels: { 'app.kubernetes.io/component': 'check' } },
    spec: {
      restartPolicy: 'Never',
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [container],
    },
  });
}

const patience = { timeout: 120_000, interval: 250 };

/** What the client found in the end. */
async function accounts(): Promise<Record<string, number>> {
  const log = await rawLog(cluster.rest, { namespace: name, pod: 'load-run', lines: 1 });
  return JSON.parse(log) as Record<string, number>;
}

async function members(): Promise<string[]> {
  const pods = await workloadPods(bigdata.kubeconfig, name);
  return pods
    .filter(({ component }) => component === 'zookeeper')
    .map((each) => `${each.name} ${each.uid} ${each.ready} ${each.restarts}`);
}

async function resize(size: number): Promise<void> {
  const { components } = await bigdata.json<OperationState>('up', '-f', fileOf(size));
  const zookeeper = components.find((each) => each.name === 'zookeeper');
  expect(zookeeper?.phase).toBe('proven');
  expect(zookeeper?.checks?.[0]?.facts).toMatchObject({ members: size });
  expect(await members()).toHaveLength(size);
}

/** As {@link resize}, but the worker dies once it is time. */
async function resizeWithoutWorker(size: number, isTime: () => Promise<boolean>): Promise<void> {
  const first = bigdata.run('up', '-f', fileOf(size));
  await expect.poll(isTime, patience).toBe(true);
  await killWorkers();
  await resize(size);
  expect((await first).exitCode).toBe(0);
}

test('loses nothing that a client wrote, and restarts no member', async () => {
  await bigdata.json('up', '-f', fileOf(3));
  await load('run');
  await expect.poll(() => phaseOf('load-run'), patience).toBe('Running');
  const founders = await members();
  await resizeWithoutWorker(5, async () => (await phaseOf('zookeeper-3')) !== undefined);
  expect((await members()).slice(0, 3)).toEqual(founders);
  // In the hook, while members leave.
  await resizeWithoutWorker(3, async () => (await phaseOf('zookeeper-resize')) !== undefined);
  expect(await members()).toEqual(founders);
  // Those that come back remember an ensemble in which they have a majority.
  await resize(7);
  await resize(3);
  await resize(7);
  expect((await members()).slice(0, 3)).toEqual(founders);
  await load('stop');
  await expect.poll(() => phaseOf('load-run'), patience).toBe('Succeeded');
  const found = await accounts();
  process.stdout.write(`more members and fewer, under load: ${JSON.stringify(found)}\n`);
  expect(found).toMatchObject({ lost: 0 });
  expect(found['acknowledged']).toBeGreaterThan(1_000);
});

test('has as many members as the stack file says when it is installed again upon its data', async () => {
  await resize(5);
  await resize(3);
  await bigdata.json('uninstall', '-f', fileOf(3), '--yes');
  await resize(5);
});
