/** @module */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isAlive, nameOf } from './process.mjs';

/**
 * Runs a program to its end. Its output goes to stderr, because stdout belongs to the command's own result.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<void>} rejects if it cannot be started or does not exit with 0
 */
export function run(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('spawn', () => writeFileSync(childOf(cwd), nameOf(child.pid)));
    child.once('exit', (code, signal) => {
      rmSync(childOf(cwd), { force: true });
      return code === 0
        ? resolve()
        : reject(new Error(`${program} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

/** Waits for the program that a killed bootstrap left running, since two of them would tread on each other. */
export async function untilOrphanEnds(root) {
  while (existsSync(childOf(root)) && isAlive(readFileSync(childOf(root), 'utf8'))) {
    await sleep(200);
  }
}

function childOf(root) {
  return join(root, '.build', 'child');
}
