/**
 * Removing what a stopped node leaves: data, images, certificates, addresses.
 *
 * @module
 */
import { readdir, readlink, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../progress.js';
import type { Paths } from '../../paths.js';
import { releaseAddresses } from '../network/address-registry.js';
import { mountsBelow } from '../kernel/mounts.js';
import { type NodeLayout, daemonNames, logFile } from './layout.js';

/**
 * Deletes the data of a stopped node.
 *
 * @throws Error if something is still mounted in it: then nothing is deleted.
 */
export async function deleteNode(paths: Paths, layout: NodeLayout, report: Report): Promise<void> {
  const mounted = await mountsBelow(paths.state);
  if (mounted.length > 0) {
    throw new Error(`still mounted: ${mounted.join(', ')}`);
  }
  report({ text: 'deleting data, images and certificates' });
  await removeLogLinks(layout);
  for (const path of [layout.folder, layout.volumes, layout.kubeconfig]) {
    await rm(path, { recursive: true, force: true });
  }
  for (const name of daemonNames) {
    const log = logFile(layout, name);
    await rm(log, { force: true });
    await rm(`${log}.1`, { force: true });
  }
  const audits = (await readdir(layout.logs).catch(() => [])).filter((name) => /^audit(-.*)?\.log$/.test(name));
  for (const name of audits) await rm(join(layout.logs, name), { force: true });
  await releaseAddresses(paths);
  for (const folder of [layout.logs, paths.state]) {
    await rmdir(folder).catch(() => undefined);
  }
}

/** The kubelet links every container's log in a folder that all kubelets of a machine share. */
async function removeLogLinks(layout: NodeLayout): Promise<void> {
  const folder = '/var/log/containers';
  for (const entry of await readdir(folder).catch(() => [])) {
    const target = await readlink(join(folder, entry)).catch(() => '');
    if (target.startsWith(`${layout.podLogs}/`)) {
      await rm(join(folder, entry), { force: true });
    }
  }
  await rmdir(folder).catch(() => undefined);
}
