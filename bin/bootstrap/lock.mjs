/** @module */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { isAlive, nameOf } from './process.mjs';

/** Milliseconds between two looks at a lock that another process holds. */
const interval = 200;

/**
 * Runs `work` while no other process of this machine does so under the same lock.
 * A lock whose owner died is taken over.
 *
 * @template T
 * @param {string} file the lock: holds the owner's pid and start time
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  const me = nameOf(process.pid);
  let told = false;
  while (!tryLock(file, me)) {
    const owner = ownerOf(file);
    if (owner !== undefined && !isAlive(owner)) {
      breakLock(file, owner);
      continue;
    }
    if (!told && owner !== undefined) {
      process.stderr.write(
        `bigdata: waiting for process ${owner.split(' ')[0]}, which builds the same clone …\n`,
      );
      told = true;
    }
    await sleep(interval);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** A link appears with its content or not at all, which `open` followed by `write` cannot promise. */
function tryLock(file, me) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, me);
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Moves the dead owner's lock away; if another process was quicker and holds it now, gives it back. */
function breakLock(file, deadOwner) {
  const aside = `${file}.dead.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') {
      return;
    }
    throw error;
  }
  if (ownerOf(aside) !== deadOwner) {
    linkSync(aside, file);
  }
  rmSync(aside, { force: true });
}

function ownerOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
