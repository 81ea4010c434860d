/**
 * Makes a cluster slow: everything that only works on a fast machine shows.
 *
 * @module
 */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { nodeLayout } from '../../dist/local/node/layout.js';
import { clonePaths } from '../../dist/paths.js';
import { daemonVariable } from '../../dist/processes/daemon.js';
import { processesWithVariable } from '../../dist/processes/identity.js';

/** Microseconds in which the kernel counts a quota. */
const period = 100_000;

const mountPoint = '/sys/fs/cgroup';

/**
 * Holds all pods together to some cores, and the processes of the node together to as many.
 *
 * @param {string} state folder of the cluster, which must run
 * @param {number} cores
 * @returns {Promise<number>} how many processes of the node
 */
export async function holdCluster(state, cores) {
  const layout = layoutOf(state);
  limit(layout.cgroup, cores);
  const ofNode = limit(nodeCgroup(layout), cores);
  const daemons = await processesWithVariable(daemonVariable);
  const own = daemons.filter(({ value }) => value.startsWith(`${layout.records}/`));
  for (const { identity } of own) writeFileSync(join(ofNode, 'cgroup.procs'), `${identity.pid}`);
  return own.length;
}

/** Removes what {@link holdCluster} made; the processes of the node must have ended. */
export function releaseCluster(state) {
  const folder = folderOf(nodeCgroup(layoutOf(state)));
  if (existsSync(folder)) rmdirSync(folder);
}

function layoutOf(state) {
  return nodeLayout(clonePaths({ ...process.env, BIGDATA_STATE: state }));
}

/** Beside that of the pods: what is in theirs is killed with them. */
function nodeCgroup(layout) {
  return `${layout.cgroup}-node`;
}

/** In the hierarchy that counts time. */
function folderOf(cgroup) {
  return join(mountPoint, isUnified() ? '' : 'cpu', cgroup);
}

function isUnified() {
  return existsSync(join(mountPoint, 'cgroup.controllers'));
}

/** Gives the cgroup's folder. */
function limit(cgroup, cores) {
  const quota = Math.round(cores * period);
  const folder = folderOf(cgroup);
  mkdirSync(folder, { recursive: true });
  if (isUnified()) {
    writeFileSync(join(folder, 'cpu.max'), `${quota} ${period}`);
  } else {
    writeFileSync(join(folder, 'cpu.cfs_period_us'), `${period}`);
    writeFileSync(join(folder, 'cpu.cfs_quota_us'), `${quota}`);
  }
  return folder;
}
