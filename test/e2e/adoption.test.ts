/**
 * Taking over what plain Helm and kubectl made before: small components through the command line, on the local cluster.
 *
 * @components none
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ExitCode } from '../../src/errors.js';
import type { KubernetesObject } from '../../src/kubernetes/api/objects.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { writeActorFolder } from '../support/actor.js';
import { phases } from '../support/operations.js';
import { applyObject, dropNamespace, readObject, useRealCluster } from '../support/real-cluster.js';
import type { RealCluster } from '../support/real-cluster.js';
import { Bigdata } from './bigdata.js';

const namespace = 'adoption';
const bigdata = new Bigdata(clonePaths().state);
const services = `/api/v1/namespaces/${namespace}/services`;
let real: RealCluster;
let folder: string;
let file: string;

beforeAll(async () => {
  real = await useRealCluster();
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  await dropNamespace(real.cluster, namespace);
  await writeActorFolder(folder, 'store');
  await writeActorFolder(folder, 'front', { needs: ['store'] });
  const tests = [{ name: 'works', args: ['print', '{"nonce":"n1"}'] }];
  const values = { image: real.image, tests, kind: 'Deployment' };
  file = join(folder, 'stack.yaml');
  const stack = { name: namespace, namespace, componentFolders: ['components'] };
  await writeFile(file, stringify({ ...stack, components: { store: { values }, front: { values } } }));

  await applyObject(real.cluster, `/api/v1/namespaces/${namespace}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  const chart = join(folder, 'components', 'store', 'chart');
  const set = ['--set', `image=${real.image},replicas=2,kind=Deployment`];
  const where = ['--kubeconfig', bigdata.kubeconfig, '--namespace', namespace];
  await execa(real.helmProgram, ['install', 'store', chart, ...set, ...where]);
  await applyObject(real.cluster, `${services}/front`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'front', namespace, labels: { team: 'others' } },
    spec: { clusterIP: 'None', selector: { app: 'other' }, ports: [{ port: 80 }] },
  });
});

afterAll(async () => {
  await bigdata.run('uninstall', '-f', file, '--delete-data', '--yes');
  await dropNamespace(real.cluster, namespace);
  await real.close();
  await rm(folder, { recursive: true, force: true });
});

describe('what somebody else made of a stack', () => {
  test('is refused, and the way out is told', async () => {
    expect(await bigdata.json('plan', '-f', file)).toMatchObject({
      changes: { store: 'refuse', front: 'install' },
    });
    const { exitCode, stdout } = await bigdata.run('up', '-f', file, '--on-failure', 'abort', '-o', 'json');
    expect(exitCode).toBe(ExitCode.failed);
    const [store] = (JSON.parse(stdout) as OperationState).components;
    expect(store?.cause).toMatchObject({
      type: 'ForeignRelease',
      next: expect.stringContaining('up --adopt') as string,
    });
  });

  test('is shown with its changes, and left alone without a yes', async () => {
    const { exitCode, stdout, stderr } = await bigdata.run('up', '-f', file, '--adopt');
    expect(exitCode).toBe(ExitCode.usage);
    expect(stdout).toMatch(
      /store is somebody else's; taken over, it changes so:\n--- Deployment\/store installed[^]*-  replicas: 2\n\+  replicas: 1/,
    );
    expect(stdout).toMatch(/front is somebody else's; taken over, it changes so:\n--- Service\/front/);
    expect(stderr).toContain('Taking over store, front was not confirmed');
    expect(
      (await readObject<KubernetesObject>(real.cluster, `${services}/front`))?.metadata.annotations,
    ).toBeUndefined();
  });

  test('is taken over and proven with one, and is owned then', async () => {
    const adopted = await bigdata.json<OperationState>(
      'up',
      '-f',
      file,
      '--adopt',
      '--yes',
      '--on-failure',
      'abort',
    );
    expect(phases(adopted)).toEqual({ store: 'proven', front: 'proven' });
    expect((await bigdata.run('up', '-f', file)).stdout).toContain('nothing was changed');
    const removed = await bigdata.json<OperationState>('uninstall', '-f', file, '--delete-data', '--yes');
    expect(phases(removed)).toEqual({ store: 'removed', front: 'removed' });
    expect(await readObject(real.cluster, `${services}/front`)).toBeUndefined();
  });
});
