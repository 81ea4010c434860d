/**
 * Rendering charts as Helm does, without a cluster.
 *
 * @module
 */
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import { helmBinary } from '../../../src/local/binaries.js';
import { clonePaths } from '../../../src/paths.js';
import type { LoadedComponent } from '../../../src/stack/plan.js';
import type { Values } from '../../../src/stack/plan-types.js';
import { mergeValues } from '../../../src/stack/values/merge.js';
import { defaultProfile, valuesOf } from '../../../src/stack/values/profiles.js';
import type { Rendered } from './objects.js';

/** Namespace that charts are rendered for. */
export const namespace = 'contract';

/** Values with which a chart must be right. */
export interface Variant {
  readonly name: string;
  /** The profile that the values belong to. */
  readonly profile: string;
  readonly values: Values;
}

/** The defaults and each profile, and each of them with what replaces every optional need that a stack leaves out. */
export function variantsOf({ definition, profiles }: LoadedComponent): Variant[] {
  const complete: Variant[] = [
    { name: 'defaults', profile: defaultProfile, values: {} },
    ...[...profiles].map(([profile, source]) => ({
      name: `profile ${profile}`,
      profile,
      values: valuesOf(source),
    })),
  ];
  return complete.flatMap((variant) => [
    variant,
    ...definition.optionalNeeds.map(({ component, otherwise }) => ({
      ...variant,
      name: `${variant.name} without ${component}`,
      values: mergeValues(variant.values, otherwise ?? {}),
    })),
  ]);
}

/** Runs Helm; its error names the chart's mistake. */
export async function helm(arguments_: readonly string[], values: Values = {}): Promise<string> {
  const program = await helmBinary(clonePaths(), () => {});
  const { stdout } = await execa(program, arguments_, { input: JSON.stringify(values) });
  return stdout;
}

/** What the chart makes, hooks included, with values over its defaults. */
export async function render({ chart, name }: LoadedComponent, values: Values): Promise<Rendered[]> {
  const output = await helm(['template', name, chart, '--namespace', namespace, '--values', '-'], values);
  return parseAllDocuments(output)
    .map((document) => document.toJS({ maxAliasCount: 1000 }) as Rendered | null)
    .filter((object) => object !== null);
}
