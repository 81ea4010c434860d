/**
 * Components together on the real cluster, with all that they need, installed as people install them. The whole platform
 * is installed once for all tests that need it: who comes first does it, and who comes last takes it down.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ReleaseReference } from '../../../src/activities/contract.js';
import { namesWithNeeds } from '../../../src/stack/files/component-issues.js';
import type { OperationState, ProvenCheck } from '../../../src/stack/operation/operation-types.js';
import type { Plan, PlannedCheck, PlannedComponent } from '../../../src/stack/plan/plan-types.js';
import { bigdata, leavePlatform, platformName } from '../../support/platform.js';
import { type RealCluster, run, useRealCluster } from '../../support/real-cluster.js';
import { extraFolders, loadAllComponents, loadComponents } from './components.js';

/** What the tests do with the components that are installed. */
export interface Installation {
  readonly real: RealCluster;
  readonly plan: Plan;
  readonly namespace: string;
  /** Waits until those of these names are ready that are installed. */
  ready(names: readonly string[]): Promise<void>;
  check(component: PlannedComponent, check: PlannedCheck, timeout?: number): Promise<ProvenCheck>;
  close(): Promise<void>;
}

/** Installs and proves the components that the run is about, and what they need; leaves what is proven alone. */
export async function install(): Promise<Installation> {
  const real = await useRealCluster();
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-contract-'));
  const file = join(folder, 'stack.yaml');
  const components = Object.fromEntries((await namesOfRun()).map((name) => [name, {}]));
  const namespace = platformName;
  await writeFile(
    file,
    stringify({ name: platformName, namespace, componentFolders: extraFolders, components }),
  );
  await bigdata.json<OperationState>('up', '-f', file, '--unlisted', 'keep', '--on-failure', 'abort');
  const plan = await bigdata.json<Plan>('plan', '-f', file);
  const reference = ({ name, release }: PlannedComponent): ReleaseReference => ({
    stack: plan.stack,
    namespace,
    component: name,
    release,
  });
  const ready = async (component: PlannedComponent): Promise<void> => {
    await run(real.activities.awaitReady, { ...reference(component), timeout: component.timeouts.ready });
  };
  return {
    real,
    plan,
    namespace,
    ready: async (names) => {
      await Promise.all(plan.components.filter(({ name }) => names.includes(name)).map(ready));
    },
    check: (component, check, timeout = component.timeouts.check) =>
      run(real.activities.runCheck, { ...reference(component), check, timeout }),
    close: async () => {
      await leavePlatform('-f', file);
      await real.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Of the components that the run is about, and of all that they need or can use. */
async function namesOfRun(): Promise<string[]> {
  const all = new Map((await loadAllComponents()).map((component) => [component.name, component]));
  const names = (await loadComponents()).map(({ name }) => name);
  return await namesWithNeeds(names, async (name) => all.get(name)?.definition);
}
