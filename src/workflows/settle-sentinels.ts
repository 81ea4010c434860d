/** @module */
import { CancellationScope, TemporalFailure, isCancellation, patched } from '@temporalio/workflow';
import type { ComponentState } from '../stack/operation/operation-types.js';
import { isDone } from '../stack/operation/phases.js';
import type { Plan } from '../stack/plan/plan-types.js';
import type { Board } from './board.js';
import { causeOf, failedState } from './failures.js';
import { runChild } from './order.js';
import { type SettleSentinelInput, settleSentinel } from './settle-sentinel.js';

/**
 * Reads the records of all sentinels that the operation found or wrote once more, for what was changed later may have
 * lost the data of a store that was proven before it, and removes them.
 *
 * Those of a component that is not proven stay: whoever fixes it wants to know.
 */
export async function settleSentinels(
  board: Board,
  { stack, namespace }: Pick<Plan, 'stack' | 'namespace'>,
): Promise<void> {
  if (CancellationScope.current().consideredCancelled) return;
  const { components } = board.state;
  const stores = components.filter(({ phase, sentinelWritten }) => isDone(phase) && sentinelWritten);
  if (stores.length === 0 || !patched('settle-sentinels')) return;
  await Promise.all(
    stores.map(async (store) => {
      const component = board.planned(store.name);
      if (!component?.sentinel) return;
      const readAgain = components.some(({ name, unchanged }) => name !== store.name && !unchanged);
      const { sentinel } = component;
      await settleOne(board, store, { stack, namespace, component, sentinel, readAgain });
    }),
  );
}

async function settleOne(board: Board, store: ComponentState, input: SettleSentinelInput): Promise<void> {
  board.settle({ ...store, phase: 'checking', detail: 'its sentinel, after everything else' });
  try {
    const settled = await runChild(settleSentinel, 'settle the sentinel of', input.component, input);
    const { sentinelWritten: _written, ...proven } = store;
    const notes = [...(store.notes ?? []), ...(settled.notes ?? [])];
    board.settle({ ...proven, ...(notes.length === 0 ? {} : { notes }) });
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    if (isCancellation(error)) board.settle({ ...store, phase: 'cancelled' });
    else board.settle({ ...store, phase: 'failed', cause: failedState(error)?.cause ?? causeOf(error) });
  }
}
