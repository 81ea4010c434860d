/**
 * Registries without TLS on this machine's end of the link to the local cluster, which say what a test wants.
 *
 * @module
 */
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allowPlainRegistry, ensureCluster } from '../../src/local/cluster.js';
import { clonePaths } from '../../src/paths.js';

export interface ServedRegistry {
  /** `host:port` as in image references. */
  readonly host: string;
  close(): Promise<unknown>;
}

/** Serves one that answers like this, and lets the node pull from it. */
export async function serveRegistry(answer: RequestListener): Promise<ServedRegistry> {
  const paths = clonePaths();
  const { hostAddress } = await ensureCluster(paths, () => {});
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, hostAddress, resolve));
  const host = `${hostAddress}:${(server.address() as AddressInfo).port}`;
  await allowPlainRegistry(paths, host);
  return { host, close: () => new Promise((resolve) => server.close(resolve)) };
}
