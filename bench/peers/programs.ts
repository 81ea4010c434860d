/**
 * The programs of the others, compiled once from Go modules.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goBuild } from '../../src/local/go-build.js';
import { clonePaths } from '../../src/paths.js';

export interface PeerPrograms {
  readonly helmfile: string;
  /** Helm 3, which helmfile calls. */
  readonly helm: string;
}

const packages = { helmfile: 'github.com/helmfile/helmfile', helm: 'helm.sh/helm/v3/cmd/helm' } as const;

/** @param cache - folder that outlives clones */
export async function buildPeers(cache: string): Promise<PeerPrograms> {
  const module = join(clonePaths().root, 'bench', 'peers', 'helmfile');
  const digest = createHash('sha256')
    .update(await readFile(join(module, 'go.sum')))
    .digest('hex');
  const folder = join(cache, 'peers', digest.slice(0, 12));
  await mkdir(folder, { recursive: true });
  for (const [title, path] of Object.entries(packages)) {
    const output = join(folder, title);
    if (await exists(output)) continue;
    await goBuild({ module, package: path, output, title }, () => {});
  }
  return { helmfile: join(folder, 'helmfile'), helm: join(folder, 'helm') };
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
