import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/stack/plan/plan-types.js';
import {
  listComponents,
  loadComponentFolder,
  loadStack,
  makePlan,
  type PlanTarget,
  type Stack,
  StackFileError,
} from '../../../src/stack/plan/plan.js';
import { fixtures } from '../expectations.js';

const builtInComponents = join(fixtures, 'components');
const local: PlanTarget = { kind: 'local', stateFolder: '/srv/$& state' };
const imageReference = async ({ name }: { name: string }) => ({
  repository: `bigdata.local/${name}`,
  tag: '1-abc',
});

const failing = (): Promise<never> => Promise.reject(new Error('no disk'));

const load = (name: string): Promise<Stack> => loadStack(join(fixtures, 'good', name), { builtInComponents });

async function planOf(name: string, target: PlanTarget = local): Promise<Plan> {
  return makePlan(await load(name), target, { imageReference });
}

/** A component of a plan by its name. */
function find(plan: Plan, name: string): Plan['components'][number] {
  const component = plan.components.find((candidate) => candidate.name === name);
  if (component === undefined) {
    throw new Error(`The plan has no ${name}.`);
  }
  return component;
}

describe('makePlan', () => {
  test('gives the plan that was recorded', async () => {
    const plan = JSON.stringify(await planOf('full.yaml'), null, 2).replaceAll(fixtures, 'FIXTURES');
    await expect(`${plan}\n`).toMatchFileSnapshot(join(fixtures, 'good/full.plan.json'));
  });

  test('orders components and leaves absent optional needs out', async () => {
    expect((await planOf('full.yaml')).components.map(({ name, needs }) => [name, needs])).toEqual([
      ['store', []],
      ['ensemble', ['store']],
      ['broker', ['ensemble']],
    ]);
    const storeless = await planOf('storeless.yaml');
    expect(storeless.components.map(({ name, needs }) => [name, needs])).toEqual([['ensemble', []]]);
    expect(find(storeless, 'ensemble').values['persistence']).toEqual({ enabled: false });
  });

  test.each([
    ['small', []],
    ['ha', ['store']],
  ])('has needs of a profile in stacks of it: %s', async (profile, needs) => {
    const folder = await mkdtemp(join(tmpdir(), 'stack-'));
    try {
      await cp(builtInComponents, folder, { recursive: true });
      const file = join(folder, 'ensemble', 'component.yaml');
      const definition = await readFile(file, 'utf8');
      await writeFile(file, definition.replace('component: store', '$&\n    profiles: [ha]'));
      await mkdir(join(folder, 'ensemble', 'profiles'), { recursive: true });
      await writeFile(join(folder, 'ensemble', 'profiles', 'ha.yaml'), 'replicas: 5\n');
      const stack = join(folder, 'stack.yaml');
      await writeFile(
        stack,
        `name: s\nnamespace: s\nprofile: ${profile}\ncomponents: { store: {}, ensemble: {} }\n`,
      );
      const plan = await makePlan(await loadStack(stack, { builtInComponents: folder }), local, {
        imageReference,
      });
      expect(find(plan, 'ensemble').needs).toEqual(needs);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('holds values against their schemas unless it is known that they fit', async () => {
    const found: string[] = [];
    const known = { has: () => false, add: (digest: string) => void found.push(digest) };
    const { components } = await makePlan(await load('full.yaml'), local, { imageReference, known });
    expect(found).toEqual(components.map(({ digest }) => digest));
    const refused = await loadStack(join(fixtures, 'bad', 'chart-schema.yaml'), { builtInComponents });
    await expect(makePlan(refused, local, { imageReference, known })).rejects.toThrow(StackFileError);
    const fitting = { ...known, has: () => true };
    await expect(makePlan(refused, local, { imageReference, known: fitting })).resolves.toBeDefined();
  });

  test('merges the values for the local cluster only there', async () => {
    expect(find(await planOf('full.yaml'), 'store').values).toEqual({ folder: '/srv/$& state/volumes' });
    expect(find(await planOf('full.yaml', { kind: 'cluster' }), 'store').values).toEqual({});
  });

  test("takes the stack file's image instead of asking for one", async () => {
    const asked: string[] = [];
    const plan = await makePlan(await load('full.yaml'), local, {
      imageReference: async ({ name }) => {
        asked.push(name);
        return { repository: name, tag: '1' };
      },
    });
    expect(asked).toEqual(['ensemble']);
    expect(find(plan, 'broker').image).toEqual({ repository: 'example.com:5000/broker', tag: '3.0' });
    expect(find(plan, 'broker').values['image']).toEqual({
      repository: 'example.com:5000/broker',
      tag: '3.0',
    });
    expect(find(plan, 'store').image).toBeUndefined();
  });

  test('keeps null, so that Helm deletes the default', async () => {
    expect(find(await planOf('full.yaml'), 'ensemble').values['persistence']).toEqual({
      size: '2Gi',
      storageClass: null,
    });
  });

  test('takes what anchors of an extension share, and values that Helm reads in the same way', async () => {
    const { components } = await load('extensions.yaml');
    expect(components.map(({ entry }) => [entry.timeouts, entry.values])).toEqual([
      [{ ready: 600_000 }, { time: '1:30', date: '2026-11-30', mode: 420, quoted: 'no', tag: '0644' }],
    ]);
  });

  test('passes on an error that is no mistake in a file', async () => {
    await expect(makePlan(await load('storeless.yaml'), local, { imageReference: failing })).rejects.toThrow(
      'no disk',
    );
  });
});

describe('several stack files', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stack-'));
    const base =
      'name: s\nnamespace: base\ncomponents:\n  store: {}\n  ensemble: { values: { replicas: 3 } }\n';
    await writeFile(join(folder, 'base.yaml'), base);
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function over(text: string): Promise<Plan> {
    await writeFile(join(folder, 'over.yaml'), text);
    const file = [join(folder, 'base.yaml'), join(folder, 'over.yaml')].join(delimiter);
    return await makePlan(await loadStack(file, { builtInComponents }), local, { imageReference });
  }

  test('are one, of which a later file says the last word', async () => {
    const plan = await over(
      'namespace: mine\ncomponents:\n  ensemble: { values: { persistence: { size: 9Gi } } }\n',
    );
    expect(plan).toMatchObject({ stack: 's', namespace: 'mine' });
    expect(find(plan, 'ensemble').values).toMatchObject({ replicas: 3, persistence: { size: '9Gi' } });
  });

  test.each([
    ['components:\n  ensemble: { values: { replicas: many } }\n', 'over.yaml', 2, 'replicas'],
    ['components:\n  ensembel: {}\n', 'over.yaml', 2, 'ensembel'],
    ['names: t\n', 'over.yaml', 1, 'unknown key "names"'],
    ['profile: huge\n', 'over.yaml', 1, 'huge'],
    [
      'components:\n  store: { enabled: false }\n  broker: {}\n  ensemble: { enabled: false }\n',
      'over.yaml',
      4,
      '',
    ],
  ])('say in which of them a mistake is: %j', async (text, name, line, message) => {
    const error = await over(text).then(
      () => undefined,
      (thrown: unknown) => thrown as StackFileError,
    );
    expect(error).toBeInstanceOf(StackFileError);
    const [issue] = error?.issues ?? [];
    expect(issue).toMatchObject({ file: join(folder, name), line });
    expect(issue?.message).toContain(message);
  });
});

describe('digests', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stack-'));
    await cp(builtInComponents, join(folder, 'components'), { recursive: true });
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function planFor(body: string, tag = '1'): Promise<Plan> {
    await writeFile(join(folder, 'stack.yaml'), `name: s\nnamespace: s\ncomponents:\n${body}`);
    const stack = await loadStack(join(folder, 'stack.yaml'), {
      builtInComponents: join(folder, 'components'),
    });
    return await makePlan(stack, local, { imageReference: async () => ({ repository: 'r', tag }) });
  }

  async function digestsOf(body: string, tag?: string): Promise<Record<string, string>> {
    const plan = await planFor(body, tag);
    return {
      plan: plan.digest,
      ...Object.fromEntries(plan.components.map(({ name, digest }) => [name, digest])),
    };
  }

  async function dependenciesDigestsOf(body: string): Promise<Record<string, string | undefined>> {
    const { components } = await planFor(body);
    return Object.fromEntries(components.map(({ name, dependenciesDigest }) => [name, dependenciesDigest]));
  }

  test('depend on values, image and chart, not on order, comments, time-outs or the defaults spelt out', async () => {
    const first = await digestsOf(
      '  store: {}\n  ensemble: { values: { replicas: 5, persistence: { size: 1Gi } } }\n',
    );
    const same = await digestsOf(
      '  ensemble:\n    # five\n    timeouts: { ready: 9m }\n    values: { persistence: { size: 1Gi }, replicas: 5 }\n  store:\n',
    );
    expect(same).toEqual(first);

    const values = await digestsOf(
      '  store: {}\n  ensemble: { values: { replicas: 4, persistence: { size: 1Gi } } }\n',
    );
    expect(values['store']).toBe(first['store']);
    expect(values['ensemble']).not.toBe(first['ensemble']);
    expect(values['plan']).not.toBe(first['plan']);

    const image = await digestsOf(
      '  store: {}\n  ensemble: { values: { replicas: 5, persistence: { size: 1Gi } } }\n',
      '2',
    );
    expect(image['store']).toBe(first['store']);
    expect(image['ensemble']).not.toBe(first['ensemble']);

    await writeFile(join(folder, 'components/store/chart/templates.yaml'), '# changed');
    const chart = await digestsOf(
      '  store: {}\n  ensemble: { values: { replicas: 5, persistence: { size: 1Gi } } }\n',
    );
    expect(chart['store']).not.toBe(first['store']);
    expect(chart['ensemble']).toBe(first['ensemble']);
  });

  test('of components do not depend on where the clone lies', async () => {
    const here = await digestsOf('  broker: {}\n  ensemble: {}\n');
    const stack = await loadStack(join(folder, 'stack.yaml'), { builtInComponents });
    const plan = await makePlan(stack, local, {
      imageReference: async () => ({ repository: 'r', tag: '1' }),
    });
    expect(plan.digest).toBe(here['plan']);
  });

  test('of what a component stands on change with everything below it, and with nothing else', async () => {
    const first = await dependenciesDigestsOf('  store: {}\n  broker: {}\n  ensemble: {}\n');
    const changed = await dependenciesDigestsOf(
      '  store: {}\n  broker: {}\n  ensemble: { values: { replicas: 5 } }\n',
    );
    expect(changed['ensemble']).toBe(first['ensemble']);
    expect(changed['store']).toBe(first['store']);
    expect(changed['broker']).not.toBe(first['broker']);
  });

  test('a component too large for one payload is refused, where the stack file lists it', async () => {
    const large = 'x'.repeat(60_000);
    const refused = digestsOf(`  broker: {}\n  ensemble: {}\n  store: { values: { folder: ${large} } }\n`);
    await expect(refused).rejects.toThrow(StackFileError);
    await expect(refused).rejects.toThrow(
      /:6:\d+ the plan of store has 60\d{3} bytes, and 60000 are allowed/,
    );
  });
});

describe('component folders', () => {
  test('are listed by name, other folders are not', async () => {
    expect(await listComponents(builtInComponents)).toEqual(
      ['broker', 'ensemble', 'store'].map((name) => ({ name, folder: join(builtInComponents, name) })),
    );
  });

  test('are loaded with defaults, durations in milliseconds', async () => {
    const { definition, image, chart } = await loadComponentFolder(join(builtInComponents, 'ensemble'));
    expect(definition.timeouts).toEqual({ ready: 120_000, check: 180_000, remove: 180_000 });
    expect(image).toBe(join(builtInComponents, 'ensemble/image'));
    expect(chart).toBe(join(builtInComponents, 'ensemble/chart'));
    expect(
      (await loadComponentFolder(join(builtInComponents, 'broker'))).image,
      'found without being named',
    ).toBe(join(builtInComponents, 'broker/image'));
    expect((await loadComponentFolder(join(builtInComponents, 'store'))).image).toBeUndefined();
  });

  test('of a user are found beside the built-in ones', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stack-'));
    await cp(join(builtInComponents, 'store'), join(folder, 'mine/shelf'), { recursive: true });
    await writeFile(
      join(folder, 'mine/shelf/component.yaml'),
      'name: shelf\nsummary: Mine\nversion: 1.0.0\nneeds: [store]\n',
    );
    await writeFile(
      join(folder, 'stack.yaml'),
      'name: s\nnamespace: s\ncomponentFolders: [mine]\ncomponents: { shelf: {}, store: {} }\n',
    );
    const stack = await loadStack(join(folder, 'stack.yaml'), { builtInComponents });
    const plan = await makePlan(stack, { kind: 'cluster' }, { imageReference });
    await rm(folder, { recursive: true });
    expect(plan.components.map(({ name }) => name)).toEqual(['store', 'shelf']);
  });
});

test('a file with a byte order mark and carriage returns is read', async () => {
  expect((await load('windows.yaml')).components).toHaveLength(1);
});
