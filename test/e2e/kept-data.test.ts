/**
 * Data that an uninstall has kept, and whose provisioner it has removed: through the command line, on the local cluster.
 *
 * @components volumes
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { onVolumes, writeActorFolder } from '../support/actor.js';
import { type RealCluster, applyObject, useRealCluster } from '../support/real-cluster.js';
import { Bigdata } from './bigdata.js';

const name = 'kept-data';
const bigdata = new Bigdata(clonePaths().state);
let folder: string;
let file: string;
let real: RealCluster;

/** Somebody else's default class, which binds nothing. */
const others = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'kept-data-others',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'example.com/nobody',
};
const othersPath = `/apis/storage.k8s.io/v1/storageclasses/${others.metadata.name}`;

beforeAll(async () => {
  real = await useRealCluster();
  await applyObject(real.cluster, othersPath, others);
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  file = join(folder, 'stack.yaml');
  const { image } = real;
  await writeActorFolder(folder, 'store', { optionalNeeds: onVolumes });
  const tests = [{ name: 'works', args: ['print', '{"nonce":"n1"}'] }];
  const components = { volumes: {}, store: { values: { image, claim: true, tests } } };
  const componentFolders = [join(folder, 'components')];
  await writeFile(file, stringify({ name, namespace: name, componentFolders, components }));
});

afterAll(async () => {
  const { exitCode } = await uninstall('--delete-data', '--yes');
  if (exitCode !== ExitCode.ok) {
    await bigdata.run('up', '-f', file);
    await uninstall('--delete-data', '--yes');
  }
  await real.cluster.rest.deleteIfThere(othersPath, undefined, AbortSignal.timeout(30_000));
  await real.close();
  await rm(folder, { recursive: true, force: true });
});

const uninstall = (...args: readonly string[]) =>
  bigdata.run('uninstall', '-f', file, '--output', 'json', ...args);

function left(stdout: string): string[] {
  return ((JSON.parse(stdout) as OperationState).left ?? []).map(({ kind, why }) => `${kind} ${why}`);
}

const volumeAndClaim = ['Namespace kept', 'PersistentVolume kept', 'PersistentVolumeClaim kept'];

describe.sequential('kept data', () => {
  test('lies in a volume of the stack’s own class, whichever the cluster’s default is', async () => {
    await bigdata.json('up', '-f', file);
    const path = `/api/v1/namespaces/${name}/persistentvolumeclaims/data-store-0`;
    expect(await real.cluster.rest.json({ path })).toMatchObject({
      spec: { storageClassName: `${name}-local` },
      status: { phase: 'Bound' },
    });
  });

  test('stays when its component alone is removed, and is found again', async () => {
    const removed = await bigdata.json<OperationState>('uninstall', 'store', '-f', file);
    expect(removed.components).toMatchObject([
      { name: 'store', phase: 'removed', detail: 'data kept in 1 claim' },
    ]);
    const { components } = await bigdata.status<{ components: readonly { standing: string }[] }>('-f', file);
    expect(components).toMatchObject([{ standing: 'proven' }, { standing: 'absent' }]);
    const { exitCode, stderr } = await bigdata.run('uninstall', 'volumes', '-f', file);
    expect(exitCode).toBe(ExitCode.usage);
    expect(stderr).toContain('Not confirmed: store would be removed, too');
    const again = await bigdata.json<OperationState>('up', '-f', file);
    expect(again.components).toMatchObject([{ unchanged: true }, { phase: 'proven', unchanged: false }]);
  });

  test('outlives the stack and its provisioner', async () => {
    const { exitCode, stdout } = await uninstall();
    expect(exitCode).toBe(ExitCode.ok);
    expect(left(stdout).toSorted()).toEqual(volumeAndClaim);
  });

  test('is not deleted by halves when nobody is there to delete its volumes', async () => {
    const { exitCode, stdout } = await uninstall('--delete-data', '--yes');
    expect(exitCode).toBe(ExitCode.failed);
    const { components } = JSON.parse(stdout) as OperationState;
    expect(components.find((each) => each.name === 'store')).toMatchObject({
      phase: 'failed',
      cause: {
        type: 'ProvisionerMissing',
        where: `PersistentVolumeClaim ${name}/data-store-0`,
        next: expect.stringContaining('`bigdata up`') as string,
      },
    });
    const { stdout: again } = await uninstall();
    expect(left(again).toSorted()).toEqual(volumeAndClaim);
  });

  test('is deleted once its provisioner is back', async () => {
    await bigdata.json('up', '-f', file);
    const { exitCode, stdout } = await uninstall('--delete-data', '--yes');
    expect(exitCode).toBe(ExitCode.ok);
    expect(left(stdout)).toEqual([]);
  });
});
