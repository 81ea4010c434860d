/**
 * The final values of a component, and where each comes from.
 *
 * @module
 */
import { stateFolderPlaceholder } from '../../files/component-issues.js';
import type { StackComponent } from '../../files/load-stack.js';
import type { ImageReference, JsonValue, Values } from '../plan-types.js';
import type { SourceDocument } from '../../files/document/source-document.js';
import { mergeValues } from './merge.js';
import { type Outputs, replaceOutputs } from './outputs.js';
import { valuesOf } from './profiles.js';
import type { ValuesOrigin } from './validate.js';

/** Where a plan will run. */
export type PlanTarget =
  /** The local one-node cluster; absolute path of its state folder. */
  | { readonly kind: 'local'; readonly stateFolder: string }
  /** A cluster that the user has. */
  | { readonly kind: 'cluster' };

/** Values without the chart's defaults, and where they come from, strongest first. */
export interface ResolvedValues {
  readonly values: Values;
  readonly origins: readonly ValuesOrigin[];
}

/**
 * Merges the component's values for needs that are there, those of the stack's profile, for the target and for needs that are
 * absent, its image, its files of values, the stack file's values and what overrides them, in that order.
 *
 * @param outputs - of what was planned before, by component
 * @throws StackFileError for an output that nobody has
 */
export function resolveValues(
  {
    component: { name, definition, source },
    entry,
    needs,
    profile,
    files = [],
    overrides = [],
  }: StackComponent,
  stackSource: SourceDocument,
  target: PlanTarget,
  image: ImageReference | undefined,
  outputs: ReadonlyMap<string, Outputs>,
): ResolvedValues {
  const layers: { values: Values; origin: ValuesOrigin }[] = [];
  for (const [index, { component, present }] of definition.optionalNeeds.entries()) {
    const told = outputs.get(component);
    // Of one that could not be planned nothing is known, which has been said.
    if (present === undefined || told === undefined || !needs.includes(component)) continue;
    const origin = { source, path: ['optionalNeeds', index, 'present'] };
    layers.push({ values: replaceOutputs(present, component, told, origin), origin });
  }
  if (profile !== undefined) {
    layers.push({ values: valuesOf(profile), origin: { source: profile, path: [] } });
  }
  if (target.kind === 'local') {
    layers.push({
      values: replaceStateFolder(definition.local.values, target.stateFolder),
      origin: { source, path: ['local', 'values'] },
    });
  }
  for (const [index, { component, otherwise }] of definition.optionalNeeds.entries()) {
    if (otherwise !== undefined && !needs.includes(component)) {
      layers.push({ values: otherwise, origin: { source, path: ['optionalNeeds', index, 'otherwise'] } });
    }
  }
  if (image !== undefined) {
    layers.push({
      values: { image: { repository: image.repository, tag: image.tag } },
      origin: { source: stackSource, path: ['components', name], only: 'image' },
    });
  }
  for (const file of files) {
    layers.push({ values: file.values, origin: { source: file.source, path: [] } });
  }
  layers.push({
    values: entry.values ?? {},
    origin: { source: stackSource, path: ['components', name, 'values'] },
  });
  for (const override of overrides) {
    layers.push({ values: override.values, origin: { source: override.source, path: [] } });
  }
  return {
    values: layers.reduce<Values>((merged, { values }) => mergeValues(merged, values), {}),
    origins: layers.map(({ origin }) => origin).toReversed(),
  };
}

function replaceStateFolder<T extends JsonValue>(value: T, stateFolder: string): T;
function replaceStateFolder(value: JsonValue, stateFolder: string): JsonValue {
  if (typeof value === 'string') {
    return value.replaceAll(stateFolderPlaceholder, () => stateFolder);
  }
  if (Array.isArray(value)) {
    return value.map((item) => replaceStateFolder(item, stateFolder));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, replaceStateFolder(item, stateFolder)]),
    );
  }
  return value;
}
