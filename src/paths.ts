/**
 * Every folder that the program writes to, derived from the clone.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Paths {
  /** The clone: package.json lies here. */
  readonly root: string;
  /** Eight hex digits that differ between clones: part of the names of namespaces, interfaces and cgroups. */
  readonly id: string;
  /** State of this clone: cluster, Temporal database, logs, process records. Survives `down`, not `down --delete`. */
  readonly state: string;
  /** Sockets and pid records that must vanish with a reboot. */
  readonly run: string;
  /** Shared by all clones, keyed by content: binaries, images, downloads. */
  readonly cache: string;
}

/** Paths of the clone that this program lies in. `BIGDATA_STATE` and `BIGDATA_CACHE` override the folders. */
export function clonePaths(environment: NodeJS.ProcessEnv = process.env): Paths {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
  const state = resolve(environment['BIGDATA_STATE'] ?? join(root, '.bigdata'));
  const cacheHome = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const id = createHash('sha256').update(state).digest('hex').slice(0, 8);
  return {
    root,
    id,
    state,
    run: join('/run', `bigdata-${id}`),
    cache: resolve(environment['BIGDATA_CACHE'] ?? join(cacheHome, 'bigdata')),
  };
}
