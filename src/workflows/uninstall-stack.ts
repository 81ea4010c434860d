/** @module */
import { TemporalFailure, isCancellation } from '@temporalio/workflow';
import type { RemovedRelease, StackRemovalInput } from '../activities/contract.js';
import type { OperationState, UninstallInput } from '../stack/operation/operation-types.js';
import { inPieces, wholePlan } from '../stack/operation/payloads.js';
import type { Plan, PlannedComponent } from '../stack/plan/plan-types.js';
import { wholeNamespace } from './activities.js';
import { Board } from './board.js';
import { causeOf, stackFailed } from './failures.js';
import { runChild, runInOrder } from './order.js';
import { dependantNotRemoved, dependants, findUnlisted } from './unlisted.js';
import { uninstallComponent } from './uninstall-component.js';

/**
 * Removes a stack, or a part of it: every component as soon as nothing needs it any more; then looks for what is left. Of a
 * part, the removal of each component has looked already.
 *
 * @param more - components of the plan that did not fit into the first payload
 */
export async function uninstallStack(
  { plan: head, deleteData, part }: UninstallInput,
  ...more: readonly PlannedComponent[][]
): Promise<OperationState> {
  const plan = wholePlan(head, more);
  const { stack, namespace } = plan;
  const board = new Board('uninstall', plan);
  const unlisted = part ? [] : await lookForUnlisted(plan, deleteData, board);
  board.add(unlisted);
  const unlistedNames = unlisted.map(({ name }) => name);
  await runInOrder(board, {
    // Nothing in the plan needs an unlisted component, but an unlisted one may need what is in the plan.
    before: ({ name }) =>
      unlistedNames.includes(name)
        ? dependants(unlisted, name)
        : [...unlistedNames, ...dependants(plan.components, name)],
    blockedBy: dependantNotRemoved,
    first: 'removing',
    run: (component) =>
      runChild(uninstallComponent, 'uninstall', component, { stack, namespace, component, deleteData }),
  });
  if (!part && board.allDone(board.components.map(({ name }) => name))) {
    const [releases, ...others] = inPieces(
      board.components.map(({ release, data }) => ({ release, ...data })),
    );
    await proveGone(board, { stack, namespace, releases, deleteData }, others);
  }
  return board.conclude();
}

/** What is in the namespace of the stack, but not in its plan (any more), as components to be removed. */
async function lookForUnlisted(plan: Plan, deleteData: boolean, board: Board): Promise<PlannedComponent[]> {
  try {
    return await findUnlisted(plan, deleteData);
  } catch (error) {
    if (isCancellation(error)) return [];
    if (error instanceof TemporalFailure) throw stackFailed(board.state, causeOf(error).message);
    throw error;
  }
}

/** Removes the namespace if that is ours to do, and takes the inventory, which has the last word. */
async function proveGone(
  board: Board,
  input: StackRemovalInput,
  others: readonly RemovedRelease[][],
): Promise<void> {
  const { namespace } = input;
  try {
    await wholeNamespace(`remove the namespace ${namespace}, if it is ours and empty`).removeNamespace(
      input,
      ...others,
    );
  } catch (error) {
    // The inventory says what holds it.
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
  }
  try {
    const look = wholeNamespace('look through the whole cluster for what is left');
    board.leave(await look.takeInventory(input, ...others));
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    throw stackFailed(
      board.state,
      `everything was removed, but it could not be proven: ${causeOf(error).message}`,
    );
  }
}
