/**
 * Every component folder that the contract holds for: the built-in ones, and those in the folders that
 * `BIGDATA_COMPONENT_FOLDERS` names (separated as in PATH).
 *
 * @module
 */
import { delimiter, join, resolve } from 'node:path';
import { beforeEach } from 'vitest';
import { clonePaths } from '../../../src/paths.js';
import { needsOf } from '../../../src/stack/files/component-issues.js';
import { listComponents, type LoadedComponent, loadComponentFolder } from '../../../src/stack/plan/plan.js';

/** Folders of component folders that a third party brings. */
export const extraFolders: readonly string[] = (process.env['BIGDATA_COMPONENT_FOLDERS'] ?? '')
  .split(delimiter)
  .filter((folder) => folder !== '')
  .map((folder) => resolve(folder));

/** Loaded, by name; loading fails for one that breaks the schema. */
export async function loadAllComponents(): Promise<LoadedComponent[]> {
  const folders = [join(clonePaths().root, 'components'), ...extraFolders];
  const known = (await Promise.all(folders.map(listComponents))).flat();
  return await Promise.all(known.map(({ folder }) => loadComponentFolder(folder)));
}

/** Those that a run is about: all, unless `BIGDATA_TEST_COMPONENTS` names some. */
export async function loadComponents(): Promise<LoadedComponent[]> {
  const named = (process.env['BIGDATA_TEST_COMPONENTS'] ?? '').split(' ').filter((name) => name !== '');
  const all = await loadAllComponents();
  return named.length === 0 ? all : all.filter(({ name }) => named.includes(name));
}

/** All, with what each needs or can use. */
export async function needsOfAll(): Promise<{ readonly name: string; readonly needs: readonly string[] }[]> {
  return (await loadAllComponents()).map(({ name, definition }) => ({
    name,
    needs: needsOf(definition).map((need) => need.name),
  }));
}

declare module 'vitest' {
  interface TaskMeta {
    /** The component that a test is about. */
    component?: string;
  }
}

/** Says of all tests of this block that they are about a component, so that they can be held or run on their own. */
export function isAbout(component: string): void {
  beforeEach(({ task }) => {
    task.meta.component = component;
  });
}
