/** @module */
import { TemporalFailure, isCancellation } from '@temporalio/workflow';
import type { RemovedRelease, StackRemovalInput } from '../activities/contract.js';
import type { Cause, ComponentState, OperationState, UninstallInput } from '../stack/operation-types.js';
import { inPieces, wholePlan } from '../stack/payloads.js';
import type { Plan, PlannedComponent } from '../stack/plan-types.js';
import { quick, wholeNamespace } from './activities.js';
import { Board } from './board.js';
import { causeOf, stackFailed } from './failures.js';
import { runChild, runInOrder } from './order.js';
import { uninstallComponent } from './uninstall-component.js';

/**
 * Removes a stack: every component as soon as nothing needs it any more; then looks for what is left.
 *
 * @param more - components of the plan that did not fit into the first payload
 */
export async function uninstallStack(
  { plan: head, deleteData }: UninstallInput,
  ...more: readonly PlannedComponent[][]
): Promise<OperationState> {
  const plan = wholePlan(head, more);
  const { stack, namespace } = plan;
  const board = new Board('uninstall', plan);
  const strays = await findStrays(plan, board);
  board.add(strays);
  const strayNames = strays.map(({ name }) => name);
  await runInOrder(board, {
    // What a stray needs is not known: it goes before everything.
    before: ({ name }) => (strayNames.includes(name) ? [] : [...strayNames, ...dependants(plan, name)]),
    blockedBy: dependantNotRemoved,
    first: 'removing',
    run: (component) =>
      runChild(uninstallComponent, 'uninstall', component, { stack, namespace, component, deleteData }),
  });
  if (board.allDone(board.components.map(({ name }) => name))) {
    const [releases, ...others] = inPieces(
      board.components.map(({ release, data }) => ({ release, ...data })),
    );
    await proveGone(board, { stack, namespace, releases, deleteData }, others);
  }
  return board.conclude();
}

function dependants({ components }: Plan, name: string): string[] {
  return components.filter(({ needs }) => needs.includes(name)).map((each) => each.name);
}

function dependantNotRemoved({ name, phase }: ComponentState): Cause {
  return {
    type: 'StillNeeded',
    message: `${name} needs it and ${phase === 'failed' ? 'could not be removed' : `is ${phase}`}`,
    where: `component ${name}`,
    next: `mend ${name}, then run the command again`,
  };
}

/** Releases of the stack that are not in the plan (any more), as components to be removed. */
async function findStrays(plan: Plan, board: Board): Promise<PlannedComponent[]> {
  const { stack, namespace, components } = plan;
  const planned = components.map(({ release }) => release);
  try {
    const found = await quick('look for releases that are not in the plan').findStrays({
      stack,
      namespace,
      planned,
    });
    return found.map(asComponent);
  } catch (error) {
    if (isCancellation(error)) return [];
    if (error instanceof TemporalFailure) throw stackFailed(board.state, causeOf(error).message);
    throw error;
  }
}

/** Milliseconds for removing a component whose own time-outs are not known. */
const strayTimeout = 180_000;

function asComponent(release: string): PlannedComponent {
  return {
    name: release,
    summary: 'installed by this stack, but no longer part of it',
    version: '',
    release,
    needs: [],
    chart: '',
    values: {},
    digest: '',
    timeouts: { ready: strayTimeout, check: strayTimeout, remove: strayTimeout },
    checks: [],
    endpoints: [],
    data: { claims: `app.kubernetes.io/instance=${release}` },
  };
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
