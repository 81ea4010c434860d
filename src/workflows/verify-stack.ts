/** @module */
import type { OperationState, VerifyInput } from '../stack/operation/operation-types.js';
import { wholePlan } from '../stack/operation/payloads.js';
import type { PlannedComponent } from '../stack/plan/plan-types.js';
import { Board } from './board.js';
import { needNotProven } from './install-stack.js';
import { runChild, runInOrder } from './order.js';
import { verifyComponent } from './verify-component.js';

/**
 * Proves an installed stack anew, in the order of its needs: the first fault found is the one that causes others.
 *
 * @param more - components of the plan that did not fit into the first payload
 */
export async function verifyStack(
  { plan: head, disruptive }: VerifyInput,
  ...more: readonly PlannedComponent[][]
): Promise<OperationState> {
  const plan = wholePlan(head, more);
  const { stack, namespace } = plan;
  const board = new Board('verify', plan);
  await runInOrder(board, {
    before: ({ needs }) => needs,
    blockedBy: needNotProven,
    first: 'inspecting',
    run: (component) =>
      runChild(verifyComponent, 'verify', component, { stack, namespace, component, disruptive }),
  });
  return board.conclude();
}
