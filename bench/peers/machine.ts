/**
 * What a run costs the cluster and this machine.
 *
 * @module
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rest } from '../../src/kubernetes/api/rest.js';

/** Requests that the API server has answered so far, those of its own controllers included. */
export async function requestsAnswered(rest: Rest): Promise<number> {
  const metrics = await rest.text({ path: '/metrics', accept: 'text/plain' });
  const counts = metrics.matchAll(/^apiserver_request_total\{.*\} (\S+)$/gm);
  return [...counts].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Most memory that a worker of this state folder ever had, in MiB. */
export async function workerPeak(state: string): Promise<number> {
  const folder = join(state, 'workers');
  const peaks = (await readdir(folder))
    .filter((file) => file.endsWith('.json'))
    .map(async (file) => {
      const { pid } = JSON.parse(await readFile(join(folder, file), 'utf8')) as { pid: number };
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    });
  return Math.max(0, ...(await Promise.all(peaks)));
}

/** Lines of the workers' logs that tell of time-outs and lost leases. */
export async function troubles(state: string): Promise<number> {
  const folder = join(state, 'logs');
  const logs = (await readdir(folder)).filter((file) => file.startsWith('worker-'));
  const texts = await Promise.all(logs.map((file) => readFile(join(folder, file), 'utf8')));
  return texts
    .join('\n')
    .split('\n')
    .filter((line) => /timeout|timed out|lease was lost/i.test(line)).length;
}
