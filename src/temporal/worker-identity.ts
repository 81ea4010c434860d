/** @module */
import { hostname } from 'node:os';

/** How a worker calls itself: shown in the Web UI, and by it `up` knows that its worker is at work. */
export function workerIdentity(pid: number): string {
  return `bigdata-worker ${pid}@${hostname()}`;
}
