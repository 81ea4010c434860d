/**
 * The cgroup that all pods of a node live in, in the old hierarchies or in the unified one.
 *
 * @module
 */
import { mkdir, readFile, readdir, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const mountPoint = '/sys/fs/cgroup';
/** What the kubelet wants in the unified hierarchy, where the kernel has it. */
const unifiedControllers = new Set(['cpuset', 'cpu', 'memory', 'pids', 'hugetlb', 'io']);

/** Makes the cgroup in every hierarchy of the machine. */
export async function ensureCgroup(name: string): Promise<void> {
  if (await isUnified()) {
    const available = (await readFile(join(mountPoint, 'cgroup.controllers'), 'utf8')).trim().split(' ');
    const wanted = available
      .filter((controller) => unifiedControllers.has(controller))
      .map((controller) => `+${controller}`)
      .join(' ');
    await writeFile(join(mountPoint, 'cgroup.subtree_control'), wanted);
  }
  for (const hierarchy of await hierarchies()) {
    await mkdir(join(hierarchy, name), { recursive: true });
  }
}

/** Pids of all processes in the cgroup and below it. */
export async function cgroupProcesses(name: string): Promise<number[]> {
  const pids = new Set<number>();
  for (const hierarchy of await hierarchies()) {
    for (const folder of await descendants(join(hierarchy, name))) {
      const text = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
      text
        .split('\n')
        .filter(Boolean)
        .forEach((pid) => pids.add(Number(pid)));
    }
  }
  return [...pids];
}

/** Removes the cgroup; returns the folders that are still busy after five seconds. */
export async function removeCgroup(name: string): Promise<string[]> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const busy: string[] = [];
    for (const hierarchy of await hierarchies()) {
      for (const folder of (await descendants(join(hierarchy, name))).toReversed()) {
        await rmdir(folder).catch(() => busy.push(folder));
      }
    }
    if (busy.length === 0 || performance.now() > deadline) {
      return busy;
    }
    await delay(50);
  }
}

async function isUnified(): Promise<boolean> {
  return (await stat(join(mountPoint, 'cgroup.controllers')).catch(() => undefined)) !== undefined;
}

async function hierarchies(): Promise<string[]> {
  if (await isUnified()) {
    return [mountPoint];
  }
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  return mounts
    .filter(
      ([, point, type]) => (type === 'cgroup' || type === 'cgroup2') && point?.startsWith(`${mountPoint}/`),
    )
    .map(([, point]) => point ?? '');
}

/** The folder and all below it, parents first; empty if there is none. */
async function descendants(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) {
    return [];
  }
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => descendants(join(folder, entry.name))),
  );
  return [folder, ...below.flat()];
}
