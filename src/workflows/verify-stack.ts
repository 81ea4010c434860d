/** @module */
import type { OperationState, VerifyInput } from '../stack/operation-types.js';
import { Board } from './board.js';
import { needNotProven } from './install-stack.js';
import { runChild, runInOrder } from './order.js';
import { verifyComponent } from './verify-component.js';

/** Proves an installed stack anew, in the order of its needs: the first fault found is the one that causes others. */
export async function verifyStack({ plan, disruptive }: VerifyInput): Promise<OperationState> {
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
