/**
 * A stack that is installed in seconds: a store with data in a volume and a sentinel, a front that needs it, and an
 * addition that needs the front.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readStack } from '../../src/cli/platform/stacks.js';
import type { Paths } from '../../src/paths.js';
import { makePlan } from '../../src/stack/plan/plan.js';
import type { Plan } from '../../src/stack/plan/plan-types.js';
import { actorSentinel, sentinelTests, writeActorFolder } from '../support/actor.js';

export interface SmallStack {
  readonly folder: string;
  readonly namespace: string;
  /** Stack file that installs it. */
  readonly file: string;
  /** Stack file that changes the store, which then starts only if its data is still there, and lists no addition. */
  readonly changedFile: string;
  plan(file: string): Promise<Plan>;
  remove(): Promise<void>;
}

/** Milliseconds in which Helm waits in a hook: long enough to be killed inside it. */
const hook = ['sleep', '2s'];

/** Writes the stack and its components to a temporary folder. */
export async function writeSmallStack(paths: Paths, image: string, name: string): Promise<SmallStack> {
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-faults-'));
  await writeActorFolder(folder, 'store', { sentinel: actorSentinel('store') });
  await writeActorFolder(folder, 'front', { needs: ['store'] });
  await writeActorFolder(folder, 'addition', { needs: ['front'] });
  const tests = [{ name: 'works', args: ['print', '{"nonce":"n1"}'] }];
  const front = { image, tests, kind: 'Deployment' };
  const store = { image, tests: [...tests, ...sentinelTests], hook, claim: true };
  const write = async (file: string, args: readonly string[], more: object = {}) => {
    const components = { store: { values: { ...store, args } }, front: { values: front }, ...more };
    const stack = { name, namespace: name, componentFolders: [join(folder, 'components')], components };
    await writeFile(join(folder, file), stringify(stack));
    return join(folder, file);
  };
  return {
    folder,
    namespace: name,
    file: await write('stack.yaml', ['touch', '/data/mark', 'stay'], { addition: { values: front } }),
    changedFile: await write('changed.yaml', ['exists', '/data/mark', 'stay']),
    plan: async (file) =>
      await makePlan(
        await readStack(paths, file),
        { kind: 'local', stateFolder: paths.state },
        {
          imageReference: (component) => {
            throw new Error(`the component ${component.name} of a test has an image to be built`);
          },
        },
      ),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
