/** @module */
import { TemporalFailure } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { outcomeOf } from '../../client/outcome.js';
import type { EndedOperation } from '../../client/running.js';
import type { OperationState } from '../../stack/operation/operation-types.js';

/** Milliseconds that a worker gets to tell what had no room in the result of what has ended. */
const patience = 2_000;

/** An operation that has ended, and how its components ended in it. */
export interface LastOperation extends EndedOperation {
  /** Undefined if it was ended by somebody, or by a fault of its own. */
  readonly state?: OperationState;
}

/** How an operation ended that has ended. */
export async function lookBack(client: Client, ended: EndedOperation): Promise<LastOperation> {
  try {
    const outcome = await outcomeOf(client.workflow.getHandle(ended.id, ended.runId), patience);
    return 'state' in outcome ? { ...ended, state: outcome.state } : ended;
  } catch (error) {
    if (error instanceof TemporalFailure) return ended;
    throw error;
  }
}
