/**
 * Every component folder that the contract holds for: the built-in ones, and those in the folders that
 * `BIGDATA_COMPONENT_FOLDERS` names (separated as in PATH).
 *
 * @module
 */
import { delimiter, join, resolve } from 'node:path';
import { clonePaths } from '../../../src/paths.js';
import { listComponents, type LoadedComponent, loadComponentFolder } from '../../../src/stack/plan.js';

/** Folders of component folders that a third party brings. */
export const extraFolders: readonly string[] = (process.env['BIGDATA_COMPONENT_FOLDERS'] ?? '')
  .split(delimiter)
  .filter((folder) => folder !== '')
  .map((folder) => resolve(folder));

/** Loaded, by name; loading fails for one that breaks the schema. */
export async function loadComponents(): Promise<LoadedComponent[]> {
  const folders = [join(clonePaths().root, 'components'), ...extraFolders];
  const known = (await Promise.all(folders.map(listComponents))).flat();
  return await Promise.all(known.map(({ folder }) => loadComponentFolder(folder)));
}
