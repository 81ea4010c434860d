/** The whole platform, as `npm start` installs it. */
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { helmBinary } from '../../src/local/binaries.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import {
  all,
  bigdata,
  inventory,
  leavePlatform,
  phases,
  platformComponents,
  platformName,
  platformPods,
} from '../support/platform.js';

afterAll(() => leavePlatform());

async function releases(): Promise<{ name: string; revision: string; status: string }[]> {
  const helm = await helmBinary(clonePaths(), () => {});
  const list = ['list', '--namespace', platformName, '--kubeconfig', bigdata.kubeconfig, '--output', 'json'];
  const { stdout } = await execa(helm, list);
  return JSON.parse(stdout) as { name: string; revision: string; status: string }[];
}

describe.sequential('the platform', () => {
  test('is installed and proven, each part and all of them together', async () => {
    const up = await bigdata.json<OperationState>('up', '--on-failure', 'abort');
    expect(phases(up)).toEqual(all('proven'));
    const together = up.components.find(({ name }) => name === 'together')?.checks[0]?.facts ?? {};
    expect(together['sum']).toBe(together['expected']);
    expect(together).toMatchObject({ countOfAnotherNonce: 0, sumOfAnotherNonce: 0 });
  });

  test('has one release a component, and the pods of the inventory, all ready, none restarted', async () => {
    const listed = await releases();
    expect(listed.map(({ name }) => name).toSorted()).toEqual(platformComponents.toSorted());
    expect(new Set(listed.map(({ status }) => status))).toEqual(new Set(['deployed']));
    const found = await platformPods();
    const counted = platformComponents
      .map((name) => [name, found.filter(({ component }) => component === name).length] as const)
      .filter(([, count]) => count > 0);
    expect(Object.fromEntries(counted)).toEqual(inventory);
    expect(found.filter(({ ready, restarts }) => !ready || restarts > 0)).toEqual([]);
  });

  test('is left alone by a second up', async () => {
    const before = [await releases(), await platformPods()];
    const { exitCode, stdout } = await bigdata.run('up');
    expect(stdout).toContain('nothing was changed');
    expect(exitCode).toBe(ExitCode.ok);
    expect([await releases(), await platformPods()]).toEqual(before);
  });
});
