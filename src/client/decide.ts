/**
 * Tells a running install what people decided.
 *
 * @module
 */
import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  isGrpcServiceError,
} from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import { ExitCode, UserError } from '../errors.js';
import { decisionArguments, decisionRefusedType } from '../stack/operation/decisions.js';
import type { Decision, TakenDecision } from '../stack/operation/decisions.js';
import { ask } from './ask.js';
import { decideUpdate, stateQuery } from '../stack/operation/messages.js';

/** Times that a decision is sent which is refused although it is waited for, or which the server dropped. */
const attempts = 3;

/** gRPC's FAILED_PRECONDITION. */
const failedPrecondition = 9;

/** Milliseconds that a worker gets to take the decision. */
const patience = 30_000;

/**
 * Sends a decision and waits until it is taken, not until it is carried out.
 *
 * @throws UserError with the reason if the decision makes no sense, or if nobody can take it now
 */
export async function decide(
  client: Client,
  handle: WorkflowHandle,
  decision: Decision,
): Promise<TakenDecision> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await client.withDeadline(Date.now() + patience, () =>
        handle.executeUpdate(decideUpdate, {
          args: decisionArguments(decision),
        }),
      );
    } catch (error) {
      if (left > 1 && wasDropped(error)) continue;
      if (left > 1 && refusalIn(error) && (await isWaitedFor(client, handle, decision))) continue;
      throw toUserError(error, handle) ?? error;
    }
  }
}

/**
 * True if the server gave the decision to the workflow, and took back what that made of it: something else had happened at the same
 * moment, and the workflow is to know it first. Nothing was decided.
 */
function wasDropped(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : undefined;
  return isGrpcServiceError(cause) && cause.code === failedPrecondition;
}

/**
 * True if the install waits for this very decision. A worker that has just taken the place of another hands the update to the
 * workflow together with what happened last (workflow tasks without commands are replayed as one), and the update is judged
 * first: by what was before the failure.
 */
async function isWaitedFor(client: Client, handle: WorkflowHandle, decision: Decision): Promise<boolean> {
  if (decision.decision === 'abort') return false;
  const state = await ask(client, handle, stateQuery, patience);
  return (
    state?.components.some(({ name, phase }) => name === decision.component && phase === 'deciding') ?? false
  );
}

function toUserError(error: unknown, { workflowId }: WorkflowHandle): UserError | undefined {
  const where = `workflow ${workflowId}`;
  const unchanged = 'Nothing was decided; the install stays as it is';
  const refusal = refusalIn(error);
  if (refusal) {
    return new UserError({
      message: `The decision is refused: ${refusal.message}`,
      where,
      unchanged,
      next: '`bigdata status` shows what waits for a decision, and which commands decide',
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new UserError({
      message: 'No worker has received the decision',
      where,
      unchanged: 'The install still waits, and takes the decision once a worker runs',
      next: '`bigdata doctor` shows whether a worker runs, `bigdata status` whether the decision arrived',
      exitCode: ExitCode.environment,
      cause: error,
    });
  }
  if (error instanceof WorkflowNotFoundError) {
    return new UserError({
      message: 'The install has just ended',
      where,
      unchanged: 'Nothing was decided',
      next: '`bigdata status` shows what is proven, `bigdata up` tries the rest again',
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
  return undefined;
}

/** The workflow's word that the decision makes no sense; undefined if the error is another one. */
function refusalIn(error: unknown): ApplicationFailure | undefined {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === decisionRefusedType ? cause : undefined;
}
