/**
 * A registry without TLS on this machine's end of the link to the local cluster: neither leaves the machine.
 *
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';

export interface Registry {
  /** `host:port` as in image references. */
  readonly host: string;
  close(): Promise<void>;
}

const port = 5_000;

/** Starts Debian's registry; installs it if it is missing. */
export async function startRegistry(folder: string, address: string): Promise<Registry> {
  await ensureInstalled();
  const configuration = {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(folder, 'registry') } },
    http: { addr: `${address}:${port}` },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'registry.yml'), JSON.stringify(configuration));
  const server = execa('docker-registry', ['serve', join(folder, 'registry.yml')], {
    reject: false,
    all: true,
  });
  while (!(await accepts(address))) {
    if (server.exitCode !== null && server.exitCode !== undefined) {
      throw new Error(`the registry ended: ${(await server).all}`);
    }
    await sleep(50);
  }
  return {
    host: `${address}:${port}`,
    close: async () => {
      server.kill();
      await server;
    },
  };
}

async function ensureInstalled(): Promise<void> {
  const { failed } = await execa('docker-registry', ['--version'], { reject: false });
  if (failed) {
    // Both keep the package from starting a registry of its own.
    const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', SYSTEMD_OFFLINE: '1' };
    await execa('apt-get', ['install', '--yes', '--no-install-recommends', 'docker-registry'], { env });
  }
}

function accepts(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection({ host, port });
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}
