/** @module */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { loadBreakages } from '../../contract/breakages.js';
import { breakObject } from '../../contract/breaking.js';
import { checkComponent } from '../../contract/check-component.js';
import { writeNewComponent } from '../../contract/new-component.js';
import { createLocalHelm } from '../../helm/local.js';
import { connect } from '../../kubernetes/api/connect.js';
import type { Paths } from '../../paths.js';
import { namesWithNeeds } from '../../stack/files/component-issues.js';
import { type LoadedComponent, listComponents, loadComponentFolder } from '../../stack/plan/plan.js';
import { helmHome } from '../../processes/worker-daemon.js';
import { findHelm } from '../../helm/find-helm.js';
import type { Contract } from './platform.js';

/** Where the stack files lie by which components are tried. */
export function testStacks({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'component-tests');
}

/** Longest name of a stack and of a namespace. */
const longestName = 40;

async function writeTestStack(paths: Paths, component: LoadedComponent): Promise<string> {
  const folders = [...new Set([join(paths.root, 'components'), dirname(component.folder)])];
  const known = new Map(
    (await Promise.all(folders.map(listComponents))).flat().map((each) => [each.name, each]),
  );
  // A need that nobody has is told by the stack file's own checks, with its line.
  const names = await namesWithNeeds([component.name], async (name) => {
    const found = known.get(name);
    return found && (await loadComponentFolder(found.folder)).definition;
  });
  const name = `test-${component.name}`.slice(0, longestName).replace(/-+$/, '');
  const folder = testStacks(paths);
  const file = join(folder, `${component.name}.yaml`);
  await mkdir(folder, { recursive: true });
  const stack = {
    name,
    namespace: name,
    componentFolders: folders.slice(1),
    components: Object.fromEntries(names.map((each) => [each, {}])),
  };
  await writeFile(file, stringify(stack));
  return file;
}

export function makeContract(paths: Paths, environment: NodeJS.ProcessEnv): Contract {
  const builtIn = join(paths.root, 'components');
  return {
    load: loadComponentFolder,
    check: async (component, report) => {
      const programs = await findHelm(paths, report, environment);
      return await checkComponent(component, createLocalHelm({ ...programs, home: helmHome(paths) }));
    },
    builtIn: async () => (await listComponents(builtIn)).map(({ name }) => name),
    create: (target, wanted) => writeNewComponent(join(paths.root, 'templates', 'component'), target, wanted),
    writeTestStack: (component) => writeTestStack(paths, component),
    removeTestStack: (file) => rm(file),
    breakages: async (component) => await loadBreakages(component),
    break: async ({ kubeconfig, context }, namespace, step) =>
      breakObject(await connect({ kubeconfig, context }), namespace, step),
  };
}
