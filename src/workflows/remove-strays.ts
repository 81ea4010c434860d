/**
 * Removing within an install what the stack file no longer lists.
 *
 * @module
 */
import { TemporalFailure, isCancellation } from '@temporalio/workflow';
import type { Cause, ComponentState } from '../stack/operation-types.js';
import type { Plan, PlannedComponent } from '../stack/plan-types.js';
import type { Board } from './board.js';
import { causeOf, failureOf } from './failures.js';
import { type Order, runChild } from './order.js';
import { dependantNotRemoved, dependants, findStrays } from './strays.js';
import { uninstallComponent } from './uninstall-component.js';

/** What a component says that waits for its removal. */
const waits = 'removed once everything in the stack file is proven; its data is kept';

/**
 * The install's order, with the removal of what the plan no longer lists after all of it: in reverse order of needs, and
 * only once everything in the plan is proven, so that nothing rests on it any more. Data is kept.
 *
 * @param plan the whole of it: what is not in it goes
 */
export async function removingStrays(board: Board, plan: Plan, order: Order): Promise<Order> {
  let strays: readonly PlannedComponent[];
  try {
    strays = await findStrays(plan, false);
  } catch (error) {
    // Then everything else is cancelled as well.
    if (isCancellation(error)) return order;
    if (error instanceof TemporalFailure) return { ...order, run: failingBy(causeOf(error)) };
    throw error;
  }
  board.add(strays, waits);
  const { stack, namespace } = plan;
  const planned = plan.components.map(({ name }) => name);
  const isStray = ({ name }: { readonly name: string }) => strays.some((stray) => stray.name === name);
  return {
    ...order,
    before: (component) =>
      isStray(component) ? [...planned, ...dependants(strays, component.name)] : order.before(component),
    blockedBy: (lost, component) => {
      if (!isStray(component)) return order.blockedBy(lost, component);
      return isStray(lost) ? dependantNotRemoved(lost) : notAllProven(lost);
    },
    run: async (component) => {
      if (!isStray(component)) return await order.run(component);
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
    message: `the stack file no longer lists it, and it stays until everything there is proven: ${name} ${phase === 'failed' ? 'failed' : `is ${phase}`}`,
    where: `component ${name}`,
    next: `mend ${name}, then run the command again`,
  };
}
