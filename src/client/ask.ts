/**
 * Questions to workflows, which only a worker answers.
 *
 * @module
 */
import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Client, QueryDefinition, WorkflowHandle } from '@temporalio/client';

/**
 * Asks a query.
 *
 * @param patience - milliseconds
 * @returns undefined where nobody can answer now: no worker, not started yet, just ended
 */
export async function ask<Answer>(
  client: Pick<Client, 'withDeadline'>,
  handle: WorkflowHandle,
  query: QueryDefinition<Answer>,
  patience: number,
): Promise<Answer | undefined> {
  try {
    return await client.withDeadline(Date.now() + patience, () => handle.query(query));
  } catch (error) {
    if (isUnanswered(error)) {
      return undefined;
    }
    throw error;
  }
}

/** True if an error says only that nobody can answer now. */
export function isUnanswered(error: unknown): boolean {
  return (
    error instanceof QueryNotRegisteredError ||
    error instanceof QueryRejectedError ||
    error instanceof WorkflowNotFoundError ||
    isGrpcServiceError(error) ||
    (error instanceof Error && isGrpcServiceError(error.cause))
  );
}
