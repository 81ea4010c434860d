/**
 * A changed stack file, planned first and then applied: small components through the command line, on the local cluster.
 *
 * @components none
 */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stringify } from 'yaml';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import type { ObjectChange } from '../../src/changes/object-changes.js';
import type { ChangeStep } from '../../src/changes/steps.js';
import { ExitCode } from '../../src/errors.js';
import type { KubernetesObject, List } from '../../src/kubernetes/api/objects.js';
import { readRemovals } from '../../src/kubernetes/record/removals.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { writeActorFolder } from '../support/actor.js';
import { applyObject, readObject, useRealCluster } from '../support/real-cluster.js';
import type { RealCluster } from '../support/real-cluster.js';
import { Bigdata } from './bigdata.js';
import { findSecretsIn, secretsOf } from './secret-search.js';

interface PlanDocument {
  readonly changes: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
  readonly diffs: Readonly<Record<string, readonly ObjectChange[]>>;
  readonly steps: Readonly<Record<string, readonly ChangeStep[]>>;
}

/** What replaces the pod of the store. */
const replacement = { object: 'StatefulSet/store', does: 'replaces its only pod, which is away meanwhile' };

const namespace = 'unlisted';
const bigdata = new Bigdata(clonePaths().state);
let real: RealCluster;
let folder: string;
/** All three components. */
let whole: string;
/** The store alone, changed. */
let changed: string;

beforeAll(async () => {
  real = await useRealCluster();
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  await writeActorFolder(folder, 'store');
  await writeActorFolder(folder, 'cache', { needs: ['store'] });
  await writeActorFolder(folder, 'front', { needs: ['cache', 'store'] });
  await applyObject(real.cluster, volumePath, volume);
  const { image } = real;
  const tests = [{ name: 'works', args: ['print', '{"nonce":"n1"}'] }];
  const store = { values: { image, tests, keep: true } };
  const cache = { values: { image, tests, claim: true, storageClass: '-' } };
  const front = { values: { image, tests, kind: 'Deployment' } };
  whole = await writeStack('whole.yaml', { store, cache, front });
  const values = { ...store.values, args: ['print', 'changed', 'stay'] };
  changed = await writeStack('changed.yaml', { store: { values }, cache: { enabled: false } });
});

afterAll(async () => {
  await bigdata.run('uninstall', '-f', changed, '--delete-data', '--yes');
  await real.cluster.rest.deleteIfThere(volumePath, undefined, AbortSignal.timeout(30_000));
  await real.close();
  await rm(folder, { recursive: true, force: true });
});

/** For the claim of the cache: no provisioner is needed for it. */
const volumePath = '/api/v1/persistentvolumes/unlisted-cache';
const volume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'unlisted-cache' },
  spec: {
    capacity: { storage: '1Mi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Retain',
    claimRef: { namespace, name: 'data-cache-0' },
    hostPath: { path: '/tmp/unlisted-cache', type: 'DirectoryOrCreate' },
  },
};

const storePath = `/apis/apps/v1/namespaces/${namespace}/statefulsets/store`;

async function storeSet(): Promise<StatefulSet> {
  return (await readObject<StatefulSet>(real.cluster, storePath)) as StatefulSet;
}

interface StatefulSet extends KubernetesObject {
  readonly spec: {
    readonly template: { readonly spec: { readonly terminationGracePeriodSeconds?: number } };
  };
}

async function graceOfStore(): Promise<number | undefined> {
  return (await storeSet()).spec.template.spec.terminationGracePeriodSeconds;
}

async function changeByHand(): Promise<void> {
  await real.cluster.rest.json({
    method: 'PATCH',
    path: storePath,
    query: { fieldManager: 'kubectl-edit' },
    contentType: 'application/merge-patch+json',
    body: { spec: { template: { spec: { terminationGracePeriodSeconds: 7 } } } },
  });
}

interface WatchDocument {
  readonly looks: readonly { readonly found: unknown }[];
}

/** The plan repairs the store, and this is how its StatefulSet differs. */
async function planTells(text: string): Promise<ObjectChange> {
  const { changes, diffs, steps } = await bigdata.json<PlanDocument>('plan', '-f', changed);
  expect(changes).toMatchObject({ store: 'repair' });
  expect(steps['store']).toEqual([
    { step: 1, ...replacement },
    { step: 2, does: 'is ready, and proven by works' },
  ]);
  const difference = diffs['store']?.find(({ object }) => object === 'StatefulSet/store');
  expect(difference?.diff).toContain(text);
  return difference as ObjectChange;
}

async function writeStack(name: string, components: object): Promise<string> {
  const file = join(folder, name);
  const componentFolders = [join(folder, 'components')];
  await writeFile(file, stringify({ name: namespace, namespace, componentFolders, components }));
  return file;
}

function phases({ components }: OperationState): Record<string, string> {
  return Object.fromEntries(components.map(({ name, phase }) => [name, phase]));
}

async function names(collection: string): Promise<string[]> {
  const path = `/api/v1/namespaces/${namespace}/${collection}`;
  const { items } = await real.cluster.rest.json<List<KubernetesObject>>({ path });
  return items.map(({ metadata }) => metadata.name);
}

describe.sequential('a changed stack file', () => {
  test('is planned: what is removed in which order, what changes how, without secrets', async () => {
    expect(phases(await bigdata.json<OperationState>('up', '-f', whole, '--on-failure', 'abort'))).toEqual({
      store: 'proven',
      cache: 'proven',
      front: 'proven',
    });
    const secrets = await secretsOf(real.cluster.rest, namespace);
    const document = await bigdata.json<PlanDocument>('plan', '-f', changed);
    expect(document).toMatchObject({
      changes: { store: 'change', cache: 'remove', front: 'remove' },
      removed: ['front', 'cache'],
    });
    const diffs = new Map(document.diffs['store']?.map(({ object, diff }) => [object, diff]));
    expect([...diffs.keys()]).toEqual(['Secret/store-kept', 'StatefulSet/store']);
    expect(diffs.get('Secret/store-kept')).toContain(
      '-  value: secret of 16 bytes\n+  value: secret of 16 bytes, new\n',
    );
    expect(diffs.get('StatefulSet/store')).toContain('+            - changed\n');
    expect(document.steps['store']).toContainEqual(expect.objectContaining(replacement));
    const { stdout } = await bigdata.run('plan', '-f', changed);
    expect(stdout).toMatch(/front +1\.0\.0 +remove +cache, store\ncache +1\.0\.0 +remove +store\n/);
    expect(stdout).toContain(diffs.get('StatefulSet/store'));
    const texts = [{ source: 'plan', text: `${stdout}\n${JSON.stringify(document)}` }];
    expect(findSecretsIn(texts, secrets)).toEqual([]);
    const { stdout: shown } = await bigdata.run('status', '-f', changed);
    expect(shown).toMatch(/front +1\.0\.0 +not in the stack file/);
  });

  test('is applied: what it no longer lists goes in reverse order, and its data stays', async () => {
    const { exitCode, stdout } = await bigdata.run('up', '-f', changed, '--on-failure', 'abort');
    expect(exitCode, stdout).toBe(ExitCode.ok);
    expect(stdout).toContain('its data is kept: front, cache\n');
    const at = (line: string) => {
      expect(stdout).toContain(line);
      return stdout.indexOf(line);
    };
    expect(at('store: proven')).toBeLessThan(at('front: removed'));
    expect(at('front: removed')).toBeLessThan(at('cache: removed'));
    expect(stdout).toMatch(/cache +removed .* data kept in 1 claim\n/);
    expect(await names('persistentvolumeclaims')).toEqual(['data-cache-0']);
    expect(await names('services')).toEqual(['store']);
    expect([...(await readRemovals(real.cluster.rest, namespace)).keys()]).toEqual(['store']);
  });

  test('is in place then: nothing is planned, and a second up changes nothing', async () => {
    expect(await bigdata.json('plan', '-f', changed)).toMatchObject({
      changes: { store: 'none' },
      removed: [],
      diffs: {},
    });
    expect((await bigdata.run('up', '-f', changed)).stdout).toContain('nothing was changed');
  });

  test('is not what a change by plain Helm makes of it: verify says so, and up puts it back', async () => {
    const chart = join(folder, 'components', 'store', 'chart');
    const change = ['--reuse-values', '--set-json', 'args=["print","by hand","stay"]'];
    const kubeconfig = ['--kubeconfig', bigdata.kubeconfig, '--namespace', namespace];
    await execa(real.helmProgram, ['upgrade', 'store', chart, ...change, ...kubeconfig]);

    const verified = await bigdata.run('verify', '-f', changed, '--output', 'json');
    expect(verified.exitCode).toBe(ExitCode.failed);
    const { components } = JSON.parse(verified.stdout) as OperationState;
    expect(components[0]?.cause).toMatchObject({
      type: 'Drift',
      message: expect.stringMatching(/revision 3 is installed, revision 2 was proven/) as string,
    });
    await planTells('by hand');
    const kept = await bigdata.json<OperationState>('up', '-f', changed, '--drift', 'keep');
    expect(kept.components[0]).toMatchObject({
      phase: 'proven',
      unchanged: false,
      notes: [expect.stringContaining('revision 3 is installed, revision 2 was proven')],
    });
    expect(JSON.stringify(await storeSet())).toContain('by hand');
    const document = await bigdata.json<OperationState>('up', '-f', changed, '--on-failure', 'abort');
    expect(document.components[0]).toMatchObject({ name: 'store', phase: 'proven', unchanged: false });
    expect(JSON.stringify(await storeSet())).not.toContain('by hand');
    expect(phases(await bigdata.json<OperationState>('verify', '-f', changed))).toEqual({ store: 'proven' });
  });

  test('is not what another hand makes of an object: plan shows how they differ, and up keeps it if told to', async () => {
    await changeByHand();
    const { diff } = await planTells('terminationGracePeriodSeconds: 7');
    expect(diff).toContain('+      terminationGracePeriodSeconds: 2');
    expect(diff.split('\n').filter((line) => /^[+-] /.test(line))).toHaveLength(2);
    const kept = await bigdata.json<OperationState>('up', '-f', changed, '--drift', 'keep');
    expect(kept.components[0]?.notes?.[0]).toMatch(/kept as somebody changed it.*kubectl-edit wrote/);
    expect(await graceOfStore()).toBe(7);
    await bigdata.json<OperationState>('up', '-f', changed, '--on-failure', 'abort');
    expect(await graceOfStore()).toBe(2);
  });

  test('is watched: what another hand makes of it is put back, and what was found is told', async () => {
    await changeByHand();
    const began = await bigdata.run('watch', '-f', changed, '--every', '12h', '--repair');
    expect(began.stdout).toContain('unlisted is watched: every 12h what drifted is put back');
    const looked = await vi.waitUntil(
      async () => {
        const { looks } = await bigdata.json<WatchDocument>('watch', '-f', changed);
        return typeof looks[0]?.found === 'object' && looks;
      },
      { timeout: 120_000, interval: 500 },
    );
    expect(looked[0]?.found).toEqual({ result: 'proven', repaired: ['store'], findings: [] });
    expect(await graceOfStore()).toBe(2);
    expect((await bigdata.run('status', '-f', changed)).stdout).toMatch(
      /watch: +every 12h, repairs; next at .*; last: proven/,
    );
  });

  test('leads to an uninstall that finds the data of what it does not list, and needs no folder of any component', async () => {
    await rename(join(folder, 'components'), join(folder, 'elsewhere'));
    expect((await bigdata.run('plan', '-f', changed)).exitCode).toBe(ExitCode.usage);
    const removed = await bigdata.json<OperationState>('uninstall', '-f', changed, '--delete-data', '--yes');
    expect(phases(removed)).toEqual({ store: 'removed', cache: 'removed' });
    expect(removed.components.find(({ name }) => name === 'cache')?.detail).toBe('1 claim deleted');
    expect(removed.left).toEqual([]);
    await rename(join(folder, 'elsewhere'), join(folder, 'components'));
    expect(await bigdata.json('watch', '-f', changed)).toEqual({ watched: false });
  });
});
