/**
 * A stack that is installed in seconds: a store with data in a volume, and a front that needs it.
 *
 * @module
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readStack } from '../../src/cli/platform/stacks.js';
import type { Paths } from '../../src/paths.js';
import { makePlan } from '../../src/stack/plan.js';
import type { Plan } from '../../src/stack/plan-types.js';
import { actorChart } from '../support/actor.js';

export interface SmallStack {
  readonly folder: string;
  readonly namespace: string;
  /** Stack file that installs it. */
  readonly file: string;
  /** Stack file that changes the store, which then starts only if its data is still there. */
  readonly changedFile: string;
  plan(file: string): Promise<Plan>;
  remove(): Promise<void>;
}

/** Milliseconds in which Helm waits in a hook: long enough to be killed inside it. */
const hook = ['sleep', '2s'];

/** Writes the stack and its components to a temporary folder. */
export async function writeSmallStack(paths: Paths, image: string, name: string): Promise<SmallStack> {
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-faults-'));
  await writeComponent(folder, 'store', []);
  await writeComponent(folder, 'front', ['store']);
  const tests = [{ name: 'works', args: ['print', '{"nonce":"n1"}'] }];
  const front = { image, tests, kind: 'Deployment' };
  const store = { image, tests, hook, claim: true };
  const write = async (file: string, args: readonly string[]) => {
    const components = { store: { values: { ...store, args } }, front: { values: front } };
    const stack = { name, namespace: name, componentFolders: [join(folder, 'components')], components };
    await writeFile(join(folder, file), stringify(stack));
    return join(folder, file);
  };
  return {
    folder,
    namespace: name,
    file: await write('stack.yaml', ['touch', '/data/mark', 'stay']),
    changedFile: await write('changed.yaml', ['exists', '/data/mark', 'stay']),
    plan: async (file) =>
      await makePlan(
        await readStack(paths, file),
        { kind: 'embedded', stateFolder: paths.state },
        {
          imageReference: (component) => {
            throw new Error(`the component ${component.name} of a test has an image to be built`);
          },
        },
      ),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Writes a component whose chart is the actor’s. */
export async function writeComponent(folder: string, name: string, needs: readonly string[]): Promise<void> {
  const target = join(folder, 'components', name);
  await mkdir(target, { recursive: true });
  await cp(actorChart, join(target, 'chart'), { recursive: true });
  const component = {
    name,
    summary: `the ${name} of the fault suite`,
    version: '1.0.0',
    needs,
    timeouts: { ready: '3m', check: '3m', remove: '3m' },
    checks: [{ name: 'works', pods: [`${name}-works`], proves: 'it works' }],
    data: { claims: `app.kubernetes.io/instance=${name}` },
  };
  await writeFile(join(target, 'component.yaml'), stringify(component));
}
