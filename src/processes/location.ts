/**
 * Where a process is to be found: one can tell that it has died only where one would see it living.
 *
 * @module
 */
import { readlink } from 'node:fs/promises';
import { type ProcessIdentity, identify } from './identity.js';

/** A process, and the PID namespace in which its pid means it: containers of one machine share its boot. */
export interface LocatedProcess extends ProcessIdentity {
  /** E.g. `pid:[4026531836]`. */
  readonly pidNamespace: string;
}

/** This process; undefined on systems without /proc. */
export async function thisProcess(): Promise<LocatedProcess | undefined> {
  const identity = await identify(process.pid);
  return identity && { ...identity, pidNamespace: await readlink('/proc/self/ns/pid') };
}

/** True if who is here would see the other process if it lived. */
export function isWithinSight(other: LocatedProcess, here: LocatedProcess | undefined): boolean {
  return other.bootId === here?.bootId && other.pidNamespace === here.pidNamespace;
}
