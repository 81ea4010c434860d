/**
 * What a machine must have to carry the local cluster. Reads, changes nothing.
 *
 * @module
 */
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { ExitCode, UserError } from '../errors.js';
import type { Paths } from '../paths.js';
import { makePrivateFolder } from '../util/private-folder.js';

const gibibyte = 1024 ** 3;

/**
 * Free disk for a first start, bytes. Measured: 3.5 GB of Go modules, 4.8 GB of Go's build cache, 0.5 GB of programs,
 * 11 GB of images (build store, archives and node together); the rest is for data.
 */
export const diskToBuild: number = 22 * gibibyte;

/** Free disk when all programs are built, bytes: 3.2 GB of images on the node, logs and some data. */
export const diskToRun: number = 6 * gibibyte;

/**
 * Memory of the machine, bytes. Measured (PSS): node 0.7 GB, Temporal and worker 0.5 GB, all components 3.6 GB;
 * linking the node's programs takes 2.8 GB, before any of these run.
 */
const memoryNeeded = 6 * gibibyte;

/** A machine sold with that much tells a little less. */
const memoryTolerance = 0.9;

/** Paths of sockets end at 107 characters (unix(7)); the kubelet adds 45 to the state folder. */
const longestState = 60;

const alternative = 'use your own cluster: --context NAME';

/**
 * Refuses a system that the cluster cannot run on.
 *
 * @throws UserError that names what is missing and what else works.
 */
export function checkSystem(paths: Paths): void {
  if (process.platform !== 'linux') {
    throw refusal(
      `The local cluster needs Linux; this is ${process.platform}.`,
      `Run it in a Linux VM, or ${alternative}.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw refusal(
      'The local cluster needs root: it makes network namespaces, mounts and cgroups.',
      `Run the same command with sudo, or ${alternative}.`,
    );
  }
  if (Buffer.byteLength(paths.state) > longestState) {
    throw refusal(
      `The state folder has a path of more than ${longestState} characters, too long for the sockets in it.`,
      'Set BIGDATA_STATE to a shorter one, e.g. BIGDATA_STATE=/var/lib/bigdata/main.',
      paths.state,
    );
  }
}

/**
 * Refuses a machine that is too small.
 *
 * @param freeDisk bytes that must be free: `diskToBuild` or `diskToRun`
 * @throws UserError that names what is missing and what else works.
 */
export async function checkResources(paths: Paths, freeDisk: number): Promise<void> {
  if (totalmem() < memoryNeeded * memoryTolerance) {
    throw refusal(
      `The machine has ${inGibibytes(totalmem())} of memory; the local cluster with its stack needs ${inGibibytes(memoryNeeded)}.`,
      `Give it more, or ${alternative}.`,
    );
  }
  for (const folder of [paths.state, paths.cache]) {
    await makePrivateFolder(folder);
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < freeDisk) {
      throw refusal(
        `${inGibibytes(bavail * bsize)} of disk are free; ${inGibibytes(freeDisk)} are needed.`,
        'Free some, or set BIGDATA_STATE and BIGDATA_CACHE to folders on a larger disk.',
        folder,
      );
    }
  }
}

function refusal(message: string, next: string, where?: string): UserError {
  return new UserError({
    message,
    ...(where === undefined ? {} : { where }),
    unchanged: 'Nothing was changed',
    next,
    exitCode: ExitCode.environment,
  });
}

function inGibibytes(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(1)} GiB`;
}
