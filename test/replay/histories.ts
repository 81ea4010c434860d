/**
 * The committed histories, by release and case.
 *
 * @module
 */
import { access, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';

export const historiesFolder = join(import.meta.dirname, '..', 'histories');

/** All of them; a file is named as its workflow's ID: `release/case.json`, `release/case/component.json`. */
export async function readHistories(): Promise<HistoryAndWorkflowId[]> {
  const files = (await readdir(historiesFolder, { recursive: true }))
    .filter((file) => file.endsWith('.json'))
    .toSorted();
  return await Promise.all(
    files.map(async (file) => {
      const history = historyFromJSON(JSON.parse(await readFile(join(historiesFolder, file), 'utf8')));
      return { workflowId: file.replace(/\.json$/, ''), history };
    }),
  );
}

/** Whether there is a history of the workflow with this ID. */
export async function isRecorded(workflowId: string): Promise<boolean> {
  return await access(join(historiesFolder, `${workflowId}.json`)).then(
    () => true,
    () => false,
  );
}
