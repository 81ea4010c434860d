/**
 * The dependencies’ digests after one component was planned again. Pure.
 *
 * @module
 */
import type { PlanOutline } from '../stack/operation/decisions.js';
import { type Graph, reachable } from '../stack/plan/graph.js';
import type { PlannedComponent } from '../stack/plan/plan-types.js';

/**
 * The components that a change concerns: the changed one, whose dependencies stay the same, and all that depend on it. A
 * dependant gets the digest that the outline of the new plan has for it, if all its dependencies are as outlined. Otherwise it
 * gets none, so the next install proves it again.
 */
export function withChangedDependencies(
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
    withDependenciesDigest(changed, before?.dependenciesDigest),
    ...dependants.map((component) => {
      const below = [...reachable(component.name, needsOf)];
      const isAsOutlined = below.every((need) => outline[need]?.digest === digestOf.get(need));
      return withDependenciesDigest(
        component,
        isAsOutlined ? outline[component.name]?.dependenciesDigest : undefined,
      );
    }),
  ];
}

function withDependenciesDigest(
  component: PlannedComponent,
  dependenciesDigest: string | undefined,
): PlannedComponent {
  const { dependenciesDigest: _previous, ...rest } = component;
  return dependenciesDigest === undefined ? rest : { ...rest, dependenciesDigest };
}
