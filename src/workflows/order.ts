/**
 * Running components in the order in which they depend on each other, each as early as possible.
 *
 * @module
 */
import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  TemporalFailure,
  type Workflow,
  condition,
  executeChild,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import type { Cause, ComponentState, Phase } from '../stack/operation/operation-types.js';
import type { PlannedComponent } from '../stack/plan/plan-types.js';
import type { Board } from './board.js';
import { causeOf, failedState } from './failures.js';

/** How an operation goes through its components. */
export interface Order {
  /** Names of those that must be done before. */
  readonly before: (component: PlannedComponent) => readonly string[];
  /** Why a component is blocked by one of those. */
  readonly blockedBy: (lost: ComponentState, component: PlannedComponent) => Cause;
  /** What the component's workflow begins with. */
  readonly first: Phase;
  readonly run: (component: PlannedComponent) => Promise<ComponentState>;
  /** Why nothing new is started any more, once that is so. */
  readonly givenUp?: () => Cause | undefined;
}

/**
 * Runs every component the moment the last of those before it is done. One that fails blocks what comes after it;
 * the others go on. Returns when all have ended, also by cancellation, with each one's end on the board.
 */
export async function runInOrder(board: Board, order: Order): Promise<void> {
  await Promise.all(board.components.map((component) => runWhenPossible(board, order, component)));
}

async function runWhenPossible(board: Board, order: Order, component: PlannedComponent): Promise<void> {
  const { name } = component;
  const before = order.before(component);
  const obstacle = (): Cause | undefined => {
    const lost = board.firstLost(before);
    return lost ? order.blockedBy(lost, component) : order.givenUp?.();
  };
  try {
    await condition(() => board.allDone(before) || obstacle() !== undefined);
    const blockedBy = obstacle();
    if (blockedBy) {
      board.end(name, 'blocked', blockedBy);
      return;
    }
    board.begin(name, order.first);
    // It may have been planned anew while it waited.
    board.settle(await order.run(board.planned(name) ?? component));
  } catch (error) {
    if (isCancellation(error)) {
      board.end(name, 'cancelled');
      return;
    }
    if (!(error instanceof TemporalFailure)) throw error;
    const state = failedState(error);
    if (state) board.settle(state);
    else board.end(name, 'failed', causeOf(error));
  }
}

/** What ends a child's workflow besides itself. */
export const endsWithParent = {
  // A cancelled child has activities to stop: the operation has ended only when all of them have.
  cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
  // A terminated operation leaves no child behind that would hold its ID against the next operation.
  parentClosePolicy: ParentClosePolicy.TERMINATE,
} as const;

/** Runs the workflow of one component as a child, under an ID that says which. */
export async function runChild<Input>(
  workflow: Workflow & ((input: Input) => Promise<ComponentState>),
  verb: string,
  { name, version, summary }: PlannedComponent,
  input: Input,
): Promise<ComponentState> {
  const args: [Input] = [input];
  return await executeChild(workflow.name, {
    args,
    workflowId: `${workflowInfo().workflowId}/${name}`,
    staticSummary: `${verb} ${name} ${version}: ${summary}`,
    ...endsWithParent,
  });
}
