/** @module */
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { errorLog } from '../report-error.js';
import type { Paths } from '../../paths.js';
import { testStacks } from './contract.js';

/** Leaves alone what it does not know, since the state folder may be one that a person made for more. */
export async function tidyState(paths: Paths): Promise<void> {
  await rm(errorLog(paths), { force: true });
  await rm(testStacks(paths), { recursive: true, force: true });
  await removeIfEmpty(join(paths.state, 'logs'));
  await removeIfEmpty(paths.state);
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') {
      throw error;
    }
  }
}
