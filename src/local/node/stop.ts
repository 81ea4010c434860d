/**
 * Ending the node's processes and taking back what it made on the machine. Data stays.
 *
 * @module
 */
import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Report } from '../../progress.js';
import { daemonVariable, stopDaemon, stopRecorded } from '../../processes/daemon.js';
import { processesWithVariable } from '../../processes/identity.js';
import { removeCgroup } from '../kernel/cgroups.js';
import { killContainers, stopContainers } from './containers.js';
import { unmountBelow } from '../kernel/mounts.js';
import { removeNetwork } from '../network/namespace.js';
import { stopTimeout } from './daemons.js';
import { type DaemonName, type NodeLayout, recordFile } from './layout.js';

/**
 * Stops the node in an order that loses nothing: first who would start containers anew, then the containers, then the rest.
 * Also for one that is half dead. Ends only processes that carry this clone's mark.
 *
 * @throws Error if something survives.
 */
export async function stopNode(layout: NodeLayout, report: Report): Promise<void> {
  const stop = async (...names: DaemonName[]): Promise<void> => {
    report({ text: `stopping ${names.join(', ')}` });
    await Promise.all(
      names.map((name) => stopRecorded(recordFile(layout, name), { timeout: stopTimeout(name) })),
    );
  };
  await stop('kubelet');
  report({ text: 'stopping containers' });
  await stopContainers(layout);
  await stop('coredns', 'kube-proxy', 'kube-scheduler', 'kube-controller-manager');
  await stop('kube-apiserver');
  await stop('etcd', 'containerd');
  await killContainers(layout);
  await stopUnrecorded(layout);
  report({ text: 'removing network, mounts and cgroups' });
  await removeTraces(layout);
}

/** Daemons whose record was lost: their environment still names it. */
async function stopUnrecorded(layout: NodeLayout): Promise<void> {
  for (const { identity, value } of await processesWithVariable(daemonVariable)) {
    if (dirname(value) === layout.records) {
      await stopDaemon(identity);
    }
  }
}

async function removeTraces(layout: NodeLayout): Promise<void> {
  await unmountBelow(layout.run);
  await unmountBelow(layout.folder);
  const busy = await removeCgroup(layout.cgroup);
  if (busy.length > 0) {
    throw new Error(`still in use: ${busy.join(', ')}`);
  }
  await removeNetwork(layout);
  await removeNetworkResults(layout);
  await rm(layout.run, { recursive: true, force: true });
}

/** CNI keeps its results in a folder that all clusters of a machine share; the file tells whose each is. */
async function removeNetworkResults(layout: NodeLayout): Promise<void> {
  const folder = '/var/lib/cni/results';
  for (const entry of await readdir(folder).catch(() => [])) {
    if (entry.startsWith(`${layout.name}-`)) {
      await rm(join(folder, entry), { force: true });
    }
  }
  for (const empty of [folder, dirname(folder)]) {
    await rmdir(empty).catch(() => undefined);
  }
}
