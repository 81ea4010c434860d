/** @module */
import { readFileSync } from 'node:fs';

/** A process that no later one with the same pid is mistaken for: `PID START`. */
export function nameOf(pid) {
  return `${pid} ${startTime(pid)}`;
}

/** @param {string} name as `nameOf` gave it */
export function isAlive(owner) {
  const [pid, start] = owner.split(' ');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return startTime(Number(pid)) === start;
}

/** Field 22 of /proc/PID/stat tells a process from a later one with the same pid; `-` where there is no /proc. */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}
