/**
 * What became of an operation.
 *
 * @module
 */
import { WorkflowFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';

import type { OperationState } from '../stack/operation/operation-types.js';
import { ask } from './ask.js';
import type { OperationWorkflow } from './request.js';
import { stateQuery } from '../stack/operation/messages.js';

/** Type of the failure that an operation ends with if a component failed; its first detail is the final state. */
export const stackFailedType = 'StackFailed';

/** Milliseconds that a worker gets to tell the details of what has ended: it goes through the history for them. */
const detailsPatience = 10_000;

export type Outcome =
  | { readonly kind: 'completed'; readonly state: OperationState }
  | { readonly kind: 'failed'; readonly state: OperationState }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'terminated'; readonly reason: string };

/**
 * Waits until the operation ends.
 *
 * @param patience - milliseconds that a worker gets to tell what had no room in the result
 * @throws the cause, if the workflow failed in a way that no component is to blame for
 */
export async function outcomeOf(
  handle: WorkflowHandle<OperationWorkflow>,
  patience = detailsPatience,
): Promise<Outcome> {
  try {
    return {
      kind: 'completed',
      state: await withDetails(handle, await handle.result(), patience),
    };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) {
      throw error;
    }
    const outcome = outcomeOfFailure(error);
    return 'state' in outcome
      ? { ...outcome, state: await withDetails(handle, outcome.state, patience) }
      : outcome;
  }
}

/** What had no room in the result, as long as a worker is there to tell. */
async function withDetails(
  handle: WorkflowHandle<OperationWorkflow>,
  state: OperationState,
  patience: number,
): Promise<OperationState> {
  if (state.brief !== true) {
    return state;
  }
  return (await ask(handle.client, handle, stateQuery, patience)) ?? state;
}

function outcomeOfFailure(error: WorkflowFailedError): Outcome {
  const { cause } = error;
  if (
    cause instanceof ApplicationFailure &&
    cause.type === stackFailedType &&
    cause.details?.[0] !== undefined
  ) {
    return { kind: 'failed', state: cause.details[0] as OperationState };
  }
  if (cause instanceof CancelledFailure) {
    return { kind: 'cancelled' };
  }
  if (cause instanceof TerminatedFailure) {
    return { kind: 'terminated', reason: cause.message };
  }
  throw cause ?? error;
}
