/**
 * What an install leaves alone, found out at its beginning for all components at once: a workflow of its own for each of
 * hundreds that are proven already would take most of the time.
 *
 * @module
 */
import { TemporalFailure, isCancellation, patched } from '@temporalio/workflow';
import type { Unchanged } from '../activities/contract.js';
import type { ComponentState } from '../stack/operation/operation-types.js';
import { inPieces } from '../stack/operation/payloads.js';
import { provenPhase } from '../stack/operation/phases.js';
import type { Plan, PlannedComponent } from '../stack/plan/plan-types.js';
import { shortActivities } from './activities.js';
import { identityOf } from './component-input.js';

/** How a component is at the end that was found proven, and on which nothing that it needs was touched; else undefined. */
export type LeftAlone = (component: PlannedComponent) => ComponentState | undefined;

/** Looks once. What the look cannot tell, the component's own workflow will. */
export async function lookForUnchanged(plan: Plan): Promise<LeftAlone> {
  if (!patched('unchanged')) return () => undefined;
  const unchanged = new Map((await find(plan)).map((each) => [each.component, each]));
  const planned = new Map(plan.components.map((component) => [component.name, component]));
  const left = new Set<string>();
  // In the plan's order, needs come first.
  for (const { name, needs } of plan.components)
    if (unchanged.has(name) && needs.every((need) => left.has(need))) left.add(name);
  return (component) => {
    const { name } = component;
    const found = left.has(name) ? unchanged.get(name) : undefined;
    // A decision may have brought another plan of it.
    return found && planned.get(name) === component ? stateOf(found) : undefined;
  };
}

async function find({ stack, namespace, components }: Plan): Promise<Unchanged[]> {
  const asked = inPieces(
    components.map((component) => ({
      component: component.name,
      release: component.release,
      ...identityOf(component),
    })),
  );
  const { findUnchanged } = shortActivities('look for what is proven as planned already');
  try {
    const found = asked.map((piece) => findUnchanged({ stack, namespace, components: piece }));
    return (await Promise.all(found)).flat();
  } catch (error) {
    // Cancelled, or not to be seen now: each component's own look says so, with a cause.
    if (isCancellation(error) || error instanceof TemporalFailure) return [];
    throw error;
  }
}

function stateOf({ component, checks, provenAt }: Unchanged): ComponentState {
  return {
    name: component,
    phase: provenPhase(checks),
    unchanged: true,
    milliseconds: 0,
    checks,
    detail: `proven since ${provenAt}`,
  };
}
