/** @module */
import { suggest } from './document/nearest.js';
import type { Plan } from './plan-types.js';
import { planOf } from './plan.js';
import { defaultProfile } from './values/profiles.js';

/**
 * The plan of some of its components, and of all that they need if that is wanted.
 *
 * @returns what is wrong with the names, if one of them is no component of the plan
 */
export function partOf(
  plan: Plan,
  names: readonly string[],
  { needs: withNeeds }: { readonly needs: boolean },
): Plan | { readonly unknown: string; readonly hint: string } {
  const known = new Map(plan.components.map((component) => [component.name, component]));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) return { unknown, hint: suggest(unknown, [...known.keys()]) };
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    if (withNeeds) known.get(name)?.needs.forEach(add);
  };
  names.forEach(add);
  const components = plan.components
    .filter(({ name }) => wanted.has(name))
    .map((component) => ({ ...component, needs: component.needs.filter((need) => wanted.has(need)) }));
  const { stack: name, namespace, profile = defaultProfile } = plan;
  return planOf({ name, namespace, profile }, components);
}
