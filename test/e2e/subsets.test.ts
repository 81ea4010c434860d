/** Any part of the platform that is closed under needs installs and proves itself, also without a provisioner of volumes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ExitCode } from '../../src/errors.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { Bigdata } from './bigdata.js';

/** Besides the stack of volumes, minio, zookeeper and kafka, whose life another suite tells. */
const subsets = [
  ['zookeeper', 'nifi'],
  ['zookeeper', 'hdfs', 'hbase'],
  ['minio', 'metastore', 'presto'],
  ['zookeeper', 'minio', 'metastore', 'spark', 'livy', 'zeppelin'],
];

// The cluster of the other suites has the images already.
const bigdata = new Bigdata(clonePaths().state);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function stackOf(name: string, components: readonly string[]): Promise<string> {
  const file = join(folder, `${name}.yaml`);
  const listed = Object.fromEntries(components.map((component) => [component, {}]));
  await writeFile(file, stringify({ name, namespace: name, components: listed }));
  return file;
}

describe('a stack of', () => {
  test.each(subsets.map((components) => [components.join(', '), components] as const))(
    '%s installs, proves itself and leaves nothing',
    async (_, components) => {
      const file = await stackOf(`subset-${components.at(-1)}`, components);
      try {
        const up = await bigdata.json<OperationState>('up', '-f', file, '--on-failure', 'abort');
        expect(up.components.map(({ name, phase }) => [name, phase]).toSorted()).toEqual(
          components.map((name) => [name, 'proven']).toSorted(),
        );
      } finally {
        const removed = await bigdata.json<OperationState>('uninstall', '-f', file, '--delete-data', '--yes');
        expect(removed.left).toEqual([]);
      }
    },
  );

  test('a component without what it needs is refused, and what is missing is named', async () => {
    const file = await stackOf('incomplete', ['minio', 'presto']);
    const { exitCode, stderr } = await bigdata.run('up', '-f', file);
    expect(exitCode).toBe(ExitCode.usage);
    expect(stderr).toContain('metastore');
  });
});
