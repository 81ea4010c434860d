/**
 * Registries that the node pulls from in plain text, for those without a certificate.
 *
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Paths } from '../paths.js';
import { nodeLayout } from './node/layout.js';

/**
 * Lets the node pull from a registry by http. Takes effect at the next pull.
 *
 * @param host as in image references, e.g. `10.87.255.1:5000`; the node reaches this machine by `LocalCluster.hostAddress`.
 */
export async function allowPlainRegistry(paths: Paths, host: string): Promise<void> {
  const folder = join(nodeLayout(paths).registries, host);
  await mkdir(folder, { recursive: true });
  const server = JSON.stringify(`http://${host}`);
  const lines = [`server = ${server}`, '', `[host.${server}]`, 'capabilities = ["pull", "resolve"]', ''];
  await writeFile(join(folder, 'hosts.toml'), lines.join('\n'));
}
