/**
 * The workers of this clone, as tests end them.
 *
 * @module
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { clonePaths } from '../../src/paths.js';
import { patience } from '../support/patience.js';
import { isAlive, signalProcess } from '../../src/processes/identity.js';
import { readRecord } from '../../src/processes/record.js';

/** Kills all, and returns when they are dead. */
export async function killWorkers(): Promise<void> {
  const workers = join(clonePaths().state, 'workers');
  for (const file of (await readdir(workers)).filter((name) => name.endsWith('.json'))) {
    const record = await readRecord(join(workers, file));
    if (record === undefined || !(await signalProcess(record, 'SIGKILL'))) continue;
    await expect.poll(() => isAlive(record), { timeout: patience }).toBe(false);
  }
}
