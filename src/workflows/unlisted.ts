/**
 * What the stack installed and no longer plans, as components of an operation.
 *
 * @module
 */
import type { ComponentState, Cause } from '../stack/operation/operation-types.js';
import type { Plan, PlannedComponent } from '../stack/plan/plan-types.js';
import { type UnlistedRelease, needsAmong } from '../stack/plan/unlisted.js';
import { shortActivities } from './activities.js';
import { predicateOf } from '../stack/operation/phases.js';

/**
 * Looks for them.
 *
 * @param withData also those of which only data is left
 * @throws TemporalFailure
 */
export async function findUnlisted(plan: Plan, withData: boolean): Promise<PlannedComponent[]> {
  const { stack, namespace, components } = plan;
  const planned = components.map(({ release }) => release);
  const found = await shortActivities('look for releases that are not in the plan').findUnlisted({
    stack,
    namespace,
    planned,
    ...(withData ? { withData } : {}),
  });
  const unlisted = found.map((each): UnlistedRelease =>
    typeof each === 'string' ? { release: each } : each,
  );
  const needs = needsAmong(unlisted);
  return unlisted.map((each) => asComponent(each, needs.get(each.release) ?? []));
}

/** Milliseconds for removing a component whose own time-outs are not known. */
const unknownTimeout = 180_000;

function asComponent({ release, removal }: UnlistedRelease, needs: readonly string[]): PlannedComponent {
  const { timeout, claims } = removal ?? {
    timeout: unknownTimeout,
    claims: `app.kubernetes.io/instance=${release}`,
  };
  return {
    name: release,
    summary: 'installed by this stack, but no longer part of it',
    version: '',
    release,
    needs,
    chart: '',
    values: {},
    digest: '',
    timeouts: { ready: timeout, check: timeout, remove: timeout },
    checks: [],
    endpoints: [],
    data: claims === undefined ? {} : { claims },
  };
}

/** Names of the components that must be removed before this one. */
export function dependants(components: readonly PlannedComponent[], name: string): string[] {
  return components.filter(({ needs }) => needs.includes(name)).map((each) => each.name);
}

/** The cause of a component that stays because what needs it does. */
export function dependantNotRemoved({ name, phase }: ComponentState): Cause {
  return {
    type: 'StillNeeded',
    message: `${name} needs it and ${phase === 'failed' ? 'could not be removed' : predicateOf(phase)}`,
    where: `component ${name}`,
    next: `fix ${name}, then run the command again`,
  };
}
