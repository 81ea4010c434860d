import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan, Values } from '../../../../src/stack/plan/plan-types.js';
import {
  loadComponentFolder,
  loadStack,
  makePlan,
  type PlanTarget,
} from '../../../../src/stack/plan/plan.js';
import { fixtures } from '../../expectations.js';

const builtInComponents = join(fixtures, 'components');
const local: PlanTarget = { kind: 'local', stateFolder: '/state' };
const cluster: PlanTarget = { kind: 'cluster' };

/** The plan of a good stack file. */
async function planOf(name: string, target: PlanTarget): Promise<Plan> {
  const stack = await loadStack(join(fixtures, 'good', name), { builtInComponents });
  return makePlan(stack, target, { imageReference: async () => ({ repository: 'r', tag: '1' }) });
}

function valuesOf({ components }: Plan, component: string): Values | undefined {
  return components.find(({ name }) => name === component)?.values;
}

test("a component folder's profiles are loaded by name", async () => {
  const { profiles } = await loadComponentFolder(join(builtInComponents, 'ensemble'));
  expect([...profiles.keys()]).toEqual(['large', 'standard']);
  expect(profiles.get('large')?.data).toEqual({ replicas: 11 });
  expect((await loadComponentFolder(join(builtInComponents, 'broker'))).profiles.size).toBe(0);
});

describe('a profile', () => {
  test('is small unless the stack names another, which the plan tells', async () => {
    expect((await planOf('full.yaml', local)).profile).toBe('small');
    expect((await planOf('profile.yaml', local)).profile).toBe('standard');
  });

  test('is weaker than the image and the values of the stack file', async () => {
    expect(valuesOf(await planOf('profile.yaml', cluster), 'ensemble')).toEqual({
      replicas: 7,
      image: { repository: 'r', tag: '1', pullPolicy: 'Always' },
      persistence: { enabled: true, size: '50Gi', storageClass: 'fast' },
    });
  });

  test('is weaker than the values for the local cluster', async () => {
    expect(valuesOf(await planOf('profile.yaml', cluster), 'store')).toEqual({ folder: '/srv/standard' });
    expect(valuesOf(await planOf('profile.yaml', local), 'store')).toEqual({ folder: '/state/volumes' });
  });

  test('is weaker than what replaces an absent need', async () => {
    const plan = await planOf('profile-storeless.yaml', cluster);
    expect(valuesOf(plan, 'ensemble')?.['persistence']).toEqual({
      enabled: false,
      size: '100Gi',
      storageClass: 'fast',
    });
  });

  test('leaves a component that does not have it as its chart is', async () => {
    expect(valuesOf(await planOf('profile.yaml', cluster), 'broker')).toEqual({
      image: { repository: 'r', tag: '1' },
    });
  });

  test('is part of the digests by its values alone', async () => {
    const [standard, spelt] = await Promise.all(
      ['profile-storeless.yaml', 'profile-spelt.yaml'].map((name) => planOf(name, cluster)),
    );
    const small = await planOf('storeless.yaml', local);
    expect(spelt?.profile).toBe('small');
    expect(spelt?.digest).toBe(standard?.digest);
    expect(small.components[0]?.digest).not.toBe(standard?.components[0]?.digest);
  });
});
