/** @module */
import { suggest } from '../files/document/nearest.js';
import type { Plan, PlannedComponent } from './plan-types.js';
import { planOf } from './plan.js';
import { defaultProfile } from './values/profiles.js';

/** What else belongs to a part: what its components need, what needs them, or nothing. */
export type Companions = 'needs' | 'dependants' | 'nothing';

/**
 * The plan of some of its components.
 *
 * @returns what is wrong with the names, if one of them is no component of the plan
 */
export function partOf(
  plan: Plan,
  names: readonly string[],
  companions: Companions,
): Plan | { readonly unknown: string; readonly hint: string } {
  const all = plan.components;
  const unknown = names.find((name) => !all.some((component) => component.name === name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name);
    return { unknown, hint: suggest(unknown, known) };
  }
  return planOfThese(plan, withCompanions(plan, names, companions));
}

/** Components of a plan, and what else belongs to them. */
export function withCompanions(
  { components }: Plan,
  names: readonly string[],
  companions: Companions,
): ReadonlySet<string> {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    companionsOf(components, name, companions).forEach(add);
  };
  names.forEach(add);
  return wanted;
}

/** The plan of just these components of it. */
export function planOfThese(plan: Plan, wanted: ReadonlySet<string>): Plan {
  const components = plan.components
    .filter(({ name }) => wanted.has(name))
    .map((component) => ({ ...component, needs: component.needs.filter((need) => wanted.has(need)) }));
  const { stack: name, namespace, profile = defaultProfile } = plan;
  return planOf({ name, namespace, profile }, components);
}

function companionsOf(
  all: readonly PlannedComponent[],
  name: string,
  companions: Companions,
): readonly string[] {
  switch (companions) {
    case 'needs':
      return all.find((component) => component.name === name)?.needs ?? [];
    case 'dependants':
      return all.filter(({ needs }) => needs.includes(name)).map((component) => component.name);
    case 'nothing':
      return [];
  }
}
