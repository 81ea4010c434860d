/** @module */
import { workflowInfo } from '@temporalio/workflow';
import type { Removed } from '../activities/contract.js';
import { defined } from '../util/defined.js';
import type { ComponentState } from '../stack/operation/operation-types.js';
import { removing } from './activities.js';
import { type UninstallComponentInput, releaseOf } from './component-input.js';
import { runComponent } from './component-progress.js';

/** Removes one component, and its data if told to. */
export async function uninstallComponent(input: UninstallComponentInput): Promise<ComponentState> {
  const { deleteData, component } = input;
  const { name, timeouts, data } = component;

  return runComponent(name, 'removing', async (progress) => {
    const summary = `helm uninstall ${name}${deleteData && data.claims !== undefined ? ' and delete its data' : ''}`;
    const removed = await removing(timeouts.remove, summary).removeComponent({
      ...releaseOf(input),
      ...(data.claims === undefined ? {} : { claims: data.claims }),
      deleteData,
      timeout: timeouts.remove,
      ...defined({ operation: workflowInfo().parent?.runId }),
    });
    for (const note of removed.notes ?? []) progress.note(note);
    const unchanged = !removed.wasInstalled && removed.claimsDeleted === 0;
    progress.end('removed', { unchanged, ...detailOf(removed) });
  });
}

function detailOf({ wasInstalled, claimsKept, claimsDeleted }: Removed): { detail?: string } {
  if (claimsKept > 0) return { detail: `data kept in ${claims(claimsKept)}` };
  if (claimsDeleted > 0) return { detail: `${claims(claimsDeleted)} deleted` };
  return wasInstalled ? {} : { detail: 'was not installed' };
}

function claims(count: number): string {
  return count === 1 ? '1 claim' : `${count} claims`;
}
