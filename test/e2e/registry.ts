/**
 * A registry without TLS on this machine's end of the link to the local cluster: neither leaves the machine.
 *
 * @module
 */
import { mkdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';

import { goBuild } from '../../src/local/go-build.js';

export interface Registry {
  /** `host:port` as in image references. */
  readonly host: string;
  close(): Promise<void>;
}

const port = 5_000;

/** Builds and starts it. Its blobs lie in the folder. */
export async function startRegistry(folder: string, address: string): Promise<Registry> {
  await mkdir(join(folder, 'blobs'), { recursive: true });
  const module = join(import.meta.dirname, '..', 'fixtures', 'registry');
  const program = join(folder, 'registry');
  await goBuild({ module, package: 'main.go', output: program, title: 'a registry' }, () => {});
  const server = execa(program, [`${address}:${port}`, join(folder, 'blobs')], { reject: false, all: true });
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
