/**
 * What components stand on after one that they need was planned anew. Pure.
 *
 * @module
 */
import type { PlanOutline } from '../stack/decisions.js';
import { type Graph, reachable } from '../stack/graph.js';
import type { PlannedComponent } from '../stack/plan-types.js';

/**
 * The components that a change concerns: the changed one, which stands on what it stood on, and all that need it.
 * They get the grounds of the plan that the change is from where everything below them is as that plan says; else none,
 * so that what they prove now is proven again by the next install, and never passes for a proof on another ground.
 */
export function regrounded(
  components: readonly PlannedComponent[],
  changed: PlannedComponent,
  outline: PlanOutline,
): PlannedComponent[] {
  const needsOf: Graph = new Map(components.map(({ name, needs }) => [name, needs]));
  const digestOf = new Map(components.map(({ name, digest }) => [name, digest]));
  digestOf.set(changed.name, changed.digest);
  const before = components.find(({ name }) => name === changed.name);
  const dependants = components.filter(({ name }) => reachable(name, needsOf).has(changed.name));
  return [
    withGround(changed, before?.ground),
    ...dependants.map((component) => {
      const below = [...reachable(component.name, needsOf)];
      const isAsOutlined = below.every((need) => outline[need]?.digest === digestOf.get(need));
      return withGround(component, isAsOutlined ? outline[component.name]?.ground : undefined);
    }),
  ];
}

function withGround(component: PlannedComponent, ground: string | undefined): PlannedComponent {
  const { ground: _previous, ...rest } = component;
  return ground === undefined ? rest : { ...rest, ground };
}
