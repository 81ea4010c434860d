import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { clonePaths } from '../../src/paths.js';
import { loadImageFile } from '../../src/stack/files/image-schema.js';
import {
  listComponents,
  loadComponentFolder,
  loadStack,
  makePlan,
  type PlanTarget,
} from '../../src/stack/plan/plan.js';

const { root } = clonePaths();
const builtInComponents = join(root, 'components');
const imageReference = async ({ name }: { name: string }) => ({
  repository: `bigdata.local/${name}`,
  tag: '1',
});
const targets: PlanTarget[] = [{ kind: 'local', stateFolder: '/srv/state' }, { kind: 'cluster' }];

test.each(targets)('the stack that comes with the program can be planned: $kind', async (target) => {
  const stack = await loadStack(join(root, 'stack.yaml'), { builtInComponents });
  const withRegistry = { ...stack, registry: 'registry.example.com/bigdata' };
  const plan = await makePlan(withRegistry, target, { imageReference });
  const listed = Object.keys(stack.source.data['components'] as object);
  expect(plan.components.map(({ name }) => name).toSorted()).toEqual(listed.toSorted());
});

test.each(targets)('it can be planned with the profile that its comment offers: $kind', async (target) => {
  const folder = await mkdtemp(join(tmpdir(), 'stack-'));
  try {
    const text = await readFile(join(root, 'stack.yaml'), 'utf8');
    await writeFile(join(folder, 'stack.yaml'), text.replace('\n# profile: ', '\nprofile: '));
    const stack = await loadStack(join(folder, 'stack.yaml'), { builtInComponents });
    const withRegistry = { ...stack, registry: 'registry.example.com/bigdata' };
    const plan = await makePlan(withRegistry, target, { imageReference });
    expect(plan.profile).toBe('standard');
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** The StorageClass in the values of each component that keeps data, of the default stack with other entries. */
async function classes(change: (components: Record<string, unknown>) => object): Promise<unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'stack-'));
  try {
    const { components, ...rest } = parse(await readFile(join(root, 'stack.yaml'), 'utf8')) as {
      components: Record<string, unknown>;
    };
    const file = join(folder, 'stack.yaml');
    await writeFile(file, stringify({ ...rest, namespace: 'mine', components: change(components) }));
    const target: PlanTarget = { kind: 'local', stateFolder: '/srv/state' };
    const plan = await makePlan(await loadStack(file, { builtInComponents }), target, { imageReference });
    return plan.components
      .filter(({ data }) => data.claims !== undefined)
      .map(({ values }) => (values['persistence'] as { storageClass?: unknown } | undefined)?.storageClass);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([
  ['their own stack makes', (all: object) => all, 'mine-local'],
  [
    'it is told to make',
    (all: object) => ({ ...all, volumes: { values: { storageClass: { name: 'disks' } } } }),
    'disks',
  ],
  [
    'is the cluster’s default, without one',
    (all: object) => ({ ...all, volumes: { enabled: false } }),
    undefined,
  ],
])('claims name the class that %s', async (_, change, name) => {
  const found = await classes(change);
  expect(found.length).toBeGreaterThan(5);
  expect(new Set(found)).toEqual(new Set([name]));
});

test('claims name the class that the stack file gives them', async () => {
  const values = { persistence: { storageClass: 'fast' } };
  expect(await classes((all) => ({ ...all, kafka: { values } }))).toContain('fast');
});

test.each(await listComponents(builtInComponents))(
  'the component $name can be loaded',
  async ({ folder }) => {
    const { image } = await loadComponentFolder(folder);
    if (image !== undefined) {
      await loadImageFile(join(image, 'image.yaml'));
    }
  },
);

test.each(readdirSync(join(root, 'images')))('the base image %s can be loaded', async (name) => {
  await loadImageFile(join(root, 'images', name, 'image.yaml'));
});
