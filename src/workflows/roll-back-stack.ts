/** @module */
import type { OperationState, RollbackInput } from '../stack/operation/operation-types.js';
import { wholePlan } from '../stack/operation/payloads.js';
import type { PlannedComponent } from '../stack/plan/plan-types.js';
import { Board } from './board.js';
import { installComponent } from './install-component.js';
import { needNotProven } from './install-stack.js';
import { runChild, runInOrder } from './order.js';
import { settleSentinels } from './settle-sentinels.js';
import { verifyComponent } from './verify-component.js';

/**
 * Makes one component what was proven of it earlier, proves it again, with its data, and then what needs it, of which
 * nothing is changed.
 *
 * @param more - components of the plan that did not fit into the first payload
 */
export async function rollBackStack(
  { plan: head, component: name, revision, from }: RollbackInput,
  ...more: readonly PlannedComponent[][]
): Promise<OperationState> {
  const plan = wholePlan(head, more);
  const { stack, namespace } = plan;
  const board = new Board('rollback', plan);
  await runInOrder(board, {
    before: ({ needs }) => needs,
    blockedBy: needNotProven,
    first: 'inspecting',
    run: (component) =>
      component.name === name
        ? runChild(installComponent, 'roll back', component, {
            stack,
            namespace,
            component,
            back: { revision, from },
          })
        : // All of its checks, for what it proved before was upon something else.
          runChild(verifyComponent, 'verify', component, { stack, namespace, component, disruptive: true }),
  });
  await settleSentinels(board, plan);
  return board.conclude();
}
