/** @module */
import { planOfThese, withCompanions } from './part-of.js';
import { withDependenciesDigests } from './plan.js';
import type { Plan, PlannedComponent, TestHooks } from './plan-types.js';

/** What a component was when it was proven earlier. */
export interface ProvenEarlier {
  readonly digest: string;
  readonly version: string;
  /** What proved it; absent if nobody remembers. */
  readonly hooks?: TestHooks;
}

/**
 * The plan of going back: the component as it was proven earlier, and what needs it, upon that.
 *
 * @param name a component of the plan
 * @param isInstalled whether a component that needs it is installed as planned: others are left out
 */
export function planBack(
  plan: Plan,
  name: string,
  earlier: ProvenEarlier,
  isInstalled: (component: PlannedComponent) => boolean,
): Plan {
  const components = plan.components.map((each) => (each.name === name ? asProven(each, earlier) : each));
  const all = { ...plan, components: withDependenciesDigests(components) };
  const related = withCompanions(all, [name], 'dependants');
  const standing = all.components.filter((each) => each.name === name || isInstalled(each));
  return planOfThese(all, new Set(standing.map((each) => each.name).filter((each) => related.has(each))));
}

function asProven(planned: PlannedComponent, { digest, version, hooks }: ProvenEarlier): PlannedComponent {
  const { checks, sentinel, ...rest } = planned;
  return { ...rest, digest, version, ...(hooks ?? { checks, ...(sentinel ? { sentinel } : {}) }) };
}
