/**
 * Queries and updates that operations answer: the contract between workflows and clients. Pure.
 *
 * @module
 */
import type { QueryDefinition, UpdateDefinition } from '@temporalio/common';
import type { DecisionArguments, TakenDecision } from './decisions.js';
import type { ComponentState, OperationState } from './operation-types.js';

/** Asks an operation for its state. */
export const stateQuery = query<OperationState>('state');

/** Asks an operation for the digest of each component's plan: a retry with changes makes other ones than it was started with. */
export const digestsQuery = query<Readonly<Record<string, string>>>('digests');

/** Asks the child workflow of a component for its state. */
export const componentStateQuery = query<ComponentState>('componentState');

/** Decides about a component that failed, or aborts the install. */
export const decideUpdate = { type: 'update', name: 'decide' } as UpdateDefinition<
  TakenDecision,
  DecisionArguments
>;

/** The same as `defineQuery` of `@temporalio/workflow`, which clients need not load. */
function query<Answer>(name: string): QueryDefinition<Answer> {
  return { type: 'query', name } as QueryDefinition<Answer>;
}
