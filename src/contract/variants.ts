/**
 * The values with which a chart must be right.
 *
 * @module
 */
import type { LoadedComponent } from '../stack/plan/plan.js';
import type { Values } from '../stack/plan/plan-types.js';
import { mergeValues } from '../stack/plan/values/merge.js';
import { defaultProfile, valuesOf } from '../stack/plan/values/profiles.js';

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
