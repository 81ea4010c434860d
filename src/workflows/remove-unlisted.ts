/**
 * Removing within an install what the stack file no longer lists.
 *
 * @module
 */
import { TemporalFailure, isCancellation } from '@temporalio/workflow';
import type { Cause, ComponentState } from '../stack/operation/operation-types.js';
import type { Plan, PlannedComponent } from '../stack/plan/plan-types.js';
import type { Board } from './board.js';
import { causeOf, failureOf } from './failures.js';
import { type Order, runChild } from './order.js';
import { dependantNotRemoved, dependants, findUnlisted } from './unlisted.js';
import { uninstallComponent } from './uninstall-component.js';
import { predicateOf } from '../stack/operation/phases.js';

/** What a component says that waits for its removal. */
const waits = 'removed once everything in the stack file is proven; its data is kept';

/**
 * The install's order, with the removal of what the plan no longer lists after all of it: in reverse order of needs, and
 * only once everything in the plan is proven, so that nothing rests on it any more. Data is kept.
 *
 * @param plan the whole of it: what is not in it goes
 */
export async function removingUnlisted(board: Board, plan: Plan, order: Order): Promise<Order> {
  let unlisted: readonly PlannedComponent[];
  try {
    unlisted = await findUnlisted(plan, false);
  } catch (error) {
    // Then everything else is cancelled as well.
    if (isCancellation(error)) return order;
    if (error instanceof TemporalFailure) return { ...order, run: failingBy(causeOf(error)) };
    throw error;
  }
  board.add(unlisted, waits);
  const { stack, namespace } = plan;
  const planned = plan.components.map(({ name }) => name);
  const isUnlisted = ({ name }: { readonly name: string }) => unlisted.some((each) => each.name === name);
  return {
    ...order,
    before: (component) =>
      isUnlisted(component) ? [...planned, ...dependants(unlisted, component.name)] : order.before(component),
    blockedBy: (lost, component) => {
      if (!isUnlisted(component)) return order.blockedBy(lost, component);
      return isUnlisted(lost) ? dependantNotRemoved(lost) : notAllProven(lost);
    },
    run: async (component) => {
      if (!isUnlisted(component)) return await order.run(component);
      board.begin(component.name, 'removing');
      const input = { stack, namespace, component, deleteData: false };
      return await runChild(uninstallComponent, 'uninstall', component, input);
    },
  };
}

function failingBy(cause: Cause): Order['run'] {
  return async () => {
    throw failureOf(cause);
  };
}

function notAllProven({ name, phase }: ComponentState): Cause {
  return {
    type: 'NotRemoved',
    message: `the stack file no longer lists it, but it stays until everything listed is proven: ${name} ${predicateOf(phase)}`,
    where: `component ${name}`,
    next: `fix ${name}, then run the command again`,
  };
}
