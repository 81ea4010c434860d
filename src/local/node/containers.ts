/**
 * Ending what runs in pods.
 *
 * @module
 */
import { readFile, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ProcessIdentity,
  identify,
  processesWithVariable,
  signalProcess,
} from '../../processes/identity.js';
import { daemonVariable, stopDaemon } from '../../processes/daemon.js';
import { cgroupProcesses } from '../kernel/cgroups.js';
import { ctr } from '../images.js';
import { answersOn } from './answers.js';
import { type NodeLayout, recordFile } from './layout.js';

/** Processes may take this long (milliseconds) to write what they hold; brokers and databases need some seconds. */
const grace = 20_000;

/**
 * Asks every container to stop as its image wants it, and waits until they have or their time is over.
 * Without containerd, or if it dies meanwhile, there is nobody to ask, and killing them is what remains.
 */
export async function stopContainers(layout: NodeLayout): Promise<void> {
  if (!(await answersOn(layout.containerdSocket))) {
    return;
  }
  try {
    await askToStop(layout);
  } catch (error) {
    if (await answersOn(layout.containerdSocket)) {
      throw error;
    }
  }
}

async function askToStop(layout: NodeLayout): Promise<void> {
  const containers = await workContainers(layout);
  await Promise.all(containers.map((id) => ctr(layout, ['tasks', 'kill', id]).catch(() => undefined)));
  const deadline = performance.now() + grace;
  while (containers.length > 0 && performance.now() < deadline) {
    const running = await runningTasks(layout);
    if (!containers.some((id) => running.has(id))) {
      break;
    }
    await delay(200);
  }
}

/** Kills everything in the pods' cgroup and the shims that watched it. Needs no containerd. */
export async function killContainers(layout: NodeLayout): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const left = await containerProcesses(layout);
    if (left.length === 0) {
      break;
    }
    if (performance.now() > deadline) {
      throw new Error(`processes of pods survive SIGKILL: ${left.map(({ pid }) => pid).join(', ')}`);
    }
    await Promise.all(left.map((identity) => signalProcess(identity, 'SIGKILL')));
    await delay(50);
  }
  await removeShimSockets(layout);
  const record = recordFile(layout, 'containerd');
  for (const { identity, value } of await processesWithVariable(daemonVariable)) {
    if (value === record) {
      await stopDaemon(identity, { signal: 'SIGKILL' });
    }
  }
}

async function containerProcesses(layout: NodeLayout): Promise<ProcessIdentity[]> {
  const pids = await cgroupProcesses(layout.cgroup);
  const identities = await Promise.all(pids.map((pid) => identify(pid)));
  return identities.filter((identity) => identity !== undefined);
}

/** Containers that do work, the pods' own first processes left out. */
async function workContainers(layout: NodeLayout): Promise<string[]> {
  const { stdout } = await ctr(layout, [
    'containers',
    'list',
    '--quiet',
    'labels."io.cri-containerd.kind"==container',
  ]);
  const running = await runningTasks(layout);
  return stdout.split('\n').filter((id) => running.has(id));
}

async function runningTasks(layout: NodeLayout): Promise<Set<string>> {
  const { stdout } = await ctr(layout, ['tasks', 'list']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return new Set(rows.filter(([, , status]) => status === 'RUNNING').map(([id]) => id ?? ''));
}

/** containerd puts the shims' sockets into a folder that all containerds of a machine share. */
async function removeShimSockets(layout: NodeLayout): Promise<void> {
  const tasks = join(layout.containerdState, 'io.containerd.runtime.v2.task', 'k8s.io');
  for (const id of await readdir(tasks).catch(() => [])) {
    const address = await readFile(join(tasks, id, 'address'), 'utf8').catch(() => '');
    if (address.startsWith('unix://')) {
      await rm(address.slice('unix://'.length), { force: true });
    }
  }
  for (const folder of ['/run/containerd/s', '/run/containerd']) {
    await rmdir(folder).catch(() => undefined);
  }
}
