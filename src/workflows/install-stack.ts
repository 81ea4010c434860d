/** @module */
import { TemporalFailure, isCancellation } from '@temporalio/workflow';
import type { Cause, ComponentState, InstallInput, OperationState } from '../stack/operation-types.js';
import { wholeNamespace } from './activities.js';
import { Board } from './board.js';
import { causeOf, failureOf } from './failures.js';
import { installComponent } from './install-component.js';
import { runChild, runInOrder } from './order.js';

/** Installs a stack: every component as soon as everything that it needs is proven. */
export async function installStack({ plan }: InstallInput): Promise<OperationState> {
  const { stack, namespace } = plan;
  const board = new Board('install', plan);
  const obstacle = await prepare(stack, namespace);
  await runInOrder(board, {
    before: ({ needs }) => needs,
    blockedBy: needNotProven,
    first: 'inspecting',
    run: async (component) => {
      if (obstacle) throw failureOf(obstacle);
      return await runChild(installComponent, 'install', component, { stack, namespace, component });
    },
  });
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
    message: `needs ${name}, which ${phase === 'failed' ? 'failed' : `is ${phase}`}`,
    where: `component ${name}`,
    next: `mend ${name}, then run the command again`,
  };
}
