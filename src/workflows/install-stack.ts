/** @module */
import { TemporalFailure, isCancellation } from '@temporalio/workflow';
import type {
  Cause,
  ComponentState,
  InstallInput,
  OperationState,
} from '../stack/operation/operation-types.js';
import { wholePlan } from '../stack/operation/payloads.js';
import type { PlannedComponent } from '../stack/plan/plan-types.js';
import { wholeNamespace } from './activities.js';
import { Board } from './board.js';
import { Decisions } from './decisions.js';
import { causeOf, failureOf } from './failures.js';
import { installComponent } from './install-component.js';
import { type Order, runChild, runInOrder } from './order.js';
import { removingUnlisted } from './remove-unlisted.js';
import { settleSentinels } from './settle-sentinels.js';
import { type LeftAlone, lookForUnchanged } from './unchanged.js';
import { predicateOf } from '../stack/operation/phases.js';

/** The phase that a component's installation begins with. */
const first = 'inspecting';

/**
 * Installs a stack: every component as soon as everything that it needs is proven. One that fails for good waits for
 * a decision, or is rolled back, if that is wanted, while the other branches go on. What the plan no longer lists is
 * removed in the end, if that is wanted.
 *
 * @param more - components of the plan that did not fit into the first payload
 */
export async function installStack(
  { plan: head, onFailure = 'abort', unlisted = 'keep', drift = 'repair', adopt = [] }: InstallInput,
  ...more: readonly PlannedComponent[][]
): Promise<OperationState> {
  const plan = wholePlan(head, more);
  const { stack, namespace } = plan;
  const rollBack = onFailure === 'rollback';
  const board = new Board('install', plan);
  const decisions = new Decisions(board, plan);
  const obstacle = await prepare(stack, namespace);
  const leftAlone: LeftAlone = obstacle ? () => undefined : await lookForUnchanged(plan);
  const order: Order = {
    before: ({ needs }) => needs,
    blockedBy: needNotProven,
    givenUp: () => decisions.abortion,
    first,
    run: async (planned) => {
      // No decision about a component helps where the namespace cannot be had.
      if (obstacle) throw failureOf(obstacle);
      const unchanged = leftAlone(planned);
      if (unchanged) return unchanged;
      return await decisions.settle(planned, first, onFailure, (component) =>
        runChild(installComponent, 'install', component, {
          stack,
          namespace,
          component,
          rollBack,
          ...(drift === 'keep' ? { keepDrift: true } : {}),
          ...(adopt.includes(component.name) ? { adopt: true } : {}),
        }),
      );
    },
  };
  const removes = unlisted === 'remove' && obstacle === undefined;
  await runInOrder(board, removes ? await removingUnlisted(board, plan, order) : order);
  await settleSentinels(board, plan);
  return board.conclude();
}

/** Why nothing can be installed at all; a cancellation shows in the components. */
async function prepare(stack: string, namespace: string): Promise<Cause | undefined> {
  try {
    await wholeNamespace(`prepare the namespace ${namespace}`).prepareNamespace({ stack, namespace });
    return undefined;
  } catch (error) {
    if (isCancellation(error)) return undefined;
    if (error instanceof TemporalFailure) return causeOf(error);
    throw error;
  }
}

/** The cause of a component that waits in vain for one that it needs. */
export function needNotProven({ name, phase }: ComponentState): Cause {
  return {
    type: 'NeedNotProven',
    message: `needs ${name}, which ${predicateOf(phase)}`,
    where: `component ${name}`,
    next: `fix ${name}, then run the command again`,
  };
}
