/**
 * All components together on the real cluster, as the engine installs them.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ReleaseReference } from '../../../src/activities/contract.js';
import { buildImages } from '../../../src/images/build.js';
import { imagesOf } from '../../../src/images/images-of.js';
import { imageReference } from '../../../src/images/reference.js';
import { loadImages } from '../../../src/local/images.js';
import { clonePaths } from '../../../src/paths.js';
import type { ProvenCheck } from '../../../src/stack/operation-types.js';
import type { Plan, PlannedCheck, PlannedComponent } from '../../../src/stack/plan-types.js';
import { loadStack, makePlan } from '../../../src/stack/plan.js';
import { type RealCluster, run, useRealCluster } from '../../support/real-cluster.js';
import { extraFolders, loadComponents } from './components.js';

/** What the tests do with the components that are installed. */
export interface Installation {
  readonly real: RealCluster;
  readonly plan: Plan;
  /** Installs all, each as soon as those that it needs are ready. */
  install(): Promise<void>;
  /** Waits until all are ready. */
  ready(): Promise<void>;
  check(component: PlannedComponent, check: PlannedCheck, timeout?: number): Promise<ProvenCheck>;
  /** Removes everything, the namespace and the data too. */
  close(): Promise<void>;
}

/** Builds and loads the images of all components, and prepares a namespace; installs nothing yet. */
export async function prepareInstallation(namespace: string): Promise<Installation> {
  const real = await useRealCluster();
  const plan = await planAll(namespace);
  const owner = { stack: plan.stack, namespace };
  const reference = ({ name, release }: PlannedComponent): ReleaseReference => ({
    ...owner,
    component: name,
    release,
  });
  await run(real.activities.prepareNamespace, owner);
  const ready = async (component: PlannedComponent): Promise<void> => {
    await run(real.activities.awaitReady, { ...reference(component), timeout: component.timeouts.ready });
  };
  return {
    real,
    plan,
    ready: async () => {
      await Promise.all(plan.components.map(ready));
    },
    install: async () => {
      await installInOrder(plan.components, async (component) => {
        await run(real.activities.applyComponent, { ...owner, component });
        await ready(component);
      });
    },
    check: (component, check, timeout = component.timeouts.check) =>
      run(real.activities.runCheck, { ...reference(component), check, timeout }),
    close: async () => {
      for (const component of plan.components.toReversed()) {
        await run(real.activities.removeComponent, {
          ...reference(component),
          ...component.data,
          deleteData: true,
          timeout: component.timeouts.remove,
        });
      }
      await run(real.activities.removeNamespace, { ...owner, releases: [], deleteData: true });
      await real.close();
    },
  };
}

/** Components of a plan come after those that they need. */
async function installInOrder(
  components: readonly PlannedComponent[],
  install: (component: PlannedComponent) => Promise<void>,
): Promise<void> {
  const installed = new Map<string, Promise<void>>();
  for (const component of components) {
    const needs = Promise.all(component.needs.map((need) => installed.get(need)));
    installed.set(
      component.name,
      needs.then(() => install(component)),
    );
  }
  await Promise.all(installed.values());
}

async function planAll(namespace: string): Promise<Plan> {
  const paths = clonePaths();
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-contract-'));
  try {
    const names = (await loadComponents()).map(({ name }) => name);
    const file = join(folder, 'stack.yaml');
    const components = Object.fromEntries(names.map((name) => [name, {}]));
    const definition = { name: namespace, namespace, componentFolders: extraFolders, components };
    await writeFile(file, stringify(definition));
    const stack = await loadStack(file, { builtInComponents: join(paths.root, 'components') });
    const options = {
      bases: join(paths.root, 'images'),
      components: stack.components.map(({ component }) => component),
    };
    const built = await buildImages(await imagesOf(stack.components, options), paths, () => {});
    const archives = built.map(({ reference: { repository, tag }, file: archive }) => ({
      reference: `${repository}:${tag}`,
      file: archive,
    }));
    await loadImages(paths, archives, () => {});
    return await makePlan(
      stack,
      { kind: 'embedded', stateFolder: paths.state },
      { imageReference: (component) => imageReference(component, options) },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
