/**
 * A real slice of the platform in a short life: installed, left alone, seen broken, verified, removed to nothing.
 *
 * @components volumes zookeeper kafka
 */
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { connect } from '../../src/kubernetes/api/connect.js';
import type { KubernetesObject, List } from '../../src/kubernetes/api/objects.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { breakObject } from '../../src/contract/breaking.js';
import { Bigdata } from './bigdata.js';
import { workloadPods } from './pods.js';

interface StatusDocument {
  readonly components: readonly {
    readonly name: string;
    readonly standing: string;
    readonly missing?: string;
  }[];
}

const namespace = 'slice';
const bigdata = new Bigdata(clonePaths().state);
const stack = ['-f', join(import.meta.dirname, '..', 'fixtures', 'stacks', 'slice.yaml')];

afterAll(() => bigdata.run('uninstall', ...stack, '--delete-data', '--yes'));

function phases({ components }: OperationState): Record<string, string> {
  return Object.fromEntries(components.map(({ name, phase }) => [name, phase]));
}

const all = (phase: string) => ({ volumes: phase, zookeeper: phase, kafka: phase });

describe.sequential('volumes, ZooKeeper and Kafka', () => {
  test('are installed and proven', async () => {
    const up = await bigdata.json<OperationState>('up', ...stack, '--on-failure', 'abort');
    expect(phases(up)).toEqual(all('proven'));
    const kafka = up.components.find(({ name }) => name === 'kafka');
    expect(kafka?.checks[0]?.facts).toMatchObject({ brokers: 3, replicas: 3, inSync: 3 });
    const zookeeper = up.components.find(({ name }) => name === 'zookeeper');
    expect(zookeeper?.checks[0]?.facts).toMatchObject({ members: 3 });
  });

  test('are left alone by a second up', async () => {
    const before = await workloadPods(bigdata.kubeconfig, namespace);
    const { exitCode, stdout } = await bigdata.run('up', ...stack);
    expect(stdout).toContain('nothing was changed');
    expect(exitCode).toBe(ExitCode.ok);
    expect(await workloadPods(bigdata.kubeconfig, namespace)).toEqual(before);
  });

  test('are looked at one by one, and by the tools that people know', async () => {
    const part = await bigdata.json<OperationState>('verify', 'zookeeper', ...stack);
    expect(phases(part)).toEqual({ zookeeper: 'proven' });
    const again = await bigdata.run('up', 'zookeeper', ...stack);
    expect(again.stdout).toContain('slice (zookeeper) is installed and proven; nothing was changed');
    const { stdout: pods } = await bigdata.run('kubectl', ...stack, 'get', 'pods', '-o', 'name');
    expect(pods).toContain('pod/kafka-0\n');
    const { stdout: releases } = await bigdata.run('helm', ...stack, 'list', '--short');
    expect(releases.trim().split('\n')).toEqual(['kafka', 'volumes', 'zookeeper']);
    const { stdout: log } = await bigdata.run('logs', 'kafka', ...stack, '--tail', '1');
    expect(log).toMatch(/^\[pod\/kafka-\d\/\w+\] /m);
    const { revisions } = await bigdata.json<{ revisions: readonly object[] }>('history', 'kafka', ...stack);
    expect(revisions).toEqual([expect.objectContaining({ revision: 1, status: 'deployed' })]);
    const { stacks } = await bigdata.json<{ stacks: readonly { readonly stack: string }[] }>('list');
    expect(stacks).toContainEqual({
      stack: 'slice',
      namespace,
      components: ['kafka', 'volumes', 'zookeeper'],
      proven: 3,
    });
    expect((await bigdata.run('kubectl', ...stack, 'get', 'nothing')).exitCode).toBe(ExitCode.failed);
  });

  test('are not proven while a broker is missing, and the reason is told', async () => {
    const cluster = await connect({ kubeconfig: bigdata.kubeconfig });
    await breakObject(cluster, namespace, { scale: { kind: 'StatefulSet', name: 'kafka', replicas: 2 } });
    const status = await bigdata.status<StatusDocument>(...stack);
    expect(status.components.map(({ name, standing, missing }) => [name, standing, missing])).toEqual([
      ['volumes', 'proven', undefined],
      ['zookeeper', 'proven', undefined],
      ['kafka', 'drifted', 'pods of StatefulSet/kafka: it is scaled to 2, 3 were proven'],
    ]);
    const { changes } = await bigdata.json<{ changes: object }>('plan', ...stack);
    expect(changes).toEqual({ ...all('none'), kafka: 'repair' });

    const { exitCode, stdout } = await bigdata.run('verify', ...stack, '--output', 'json');
    expect(exitCode).toBe(ExitCode.failed);
    const state = JSON.parse(stdout) as OperationState;
    expect(phases(state)).toEqual({ ...all('proven'), kafka: 'failed' });
    const kafka = state.components.find(({ name }) => name === 'kafka');
    expect(JSON.stringify(kafka?.cause)).toContain('expected at least 3 brokers, found 2');
  });

  test('are restored and proven by up, and verified then', async () => {
    const restored = await bigdata.json<OperationState>('up', ...stack, '--on-failure', 'abort');
    expect(phases(restored)).toEqual(all('proven'));
    expect(await workloadPods(bigdata.kubeconfig, namespace)).toHaveLength(8);
    expect(phases(await bigdata.json<OperationState>('verify', ...stack))).toEqual(all('proven'));
  });

  test('are removed with their data, to nothing', async () => {
    const removed = await bigdata.json<OperationState>('uninstall', ...stack, '--delete-data', '--yes');
    expect(phases(removed)).toEqual(all('removed'));
    expect(removed.left).toEqual([]);
    const { rest } = await connect({ kubeconfig: bigdata.kubeconfig });
    const { items } = await rest.json<List<KubernetesObject>>({ path: '/api/v1/persistentvolumes' });
    expect(items.filter((item) => JSON.stringify(item).includes(`"namespace":"${namespace}"`))).toEqual([]);
  });
});
