/**
 * Rendering charts as Helm does, without a cluster.
 *
 * @module
 */
import { join } from 'node:path';
import { type Rendered, parseRender } from '../../../src/contract/rendered.js';
import { type LocalHelm, createLocalHelm } from '../../../src/helm/local.js';
import { helmPrograms } from '../../../src/local/binaries.js';
import { clonePaths } from '../../../src/paths.js';
import type { LoadedComponent } from '../../../src/stack/plan/plan.js';
import type { Values } from '../../../src/stack/plan/plan-types.js';

/** Helm, compiled if there is none. */
export async function localHelm(): Promise<LocalHelm> {
  const paths = clonePaths();
  return createLocalHelm({ ...(await helmPrograms(paths, () => {})), home: join(paths.state, 'helm') });
}

/** Namespace that charts are rendered for. */
export const namespace = 'contract';

/** What the chart makes, hooks included, with values over its defaults. */
export async function render({ chart, name }: LoadedComponent, values: Values): Promise<readonly Rendered[]> {
  const helm = await localHelm();
  return parseRender(await helm.template(chart, { release: name, namespace }, values), 'chart').objects;
}
