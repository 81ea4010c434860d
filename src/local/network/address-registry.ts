/**
 * Which clone holds which block of addresses: kept through reboots, because certificates and Services carry them.
 *
 * @module
 */
import { readFile, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { ExitCode, UserError } from '../../errors.js';
import type { Paths } from '../../paths.js';
import { type Addresses, addressesIn, candidates, overlap } from './addresses.js';
import { withLock } from '../lock.js';

/** One file a block, named by its first half, holding the state folder of the clone that has it. */
const registry = '/var/lib/bigdata/networks';

/**
 * The block that this clone holds; takes a free one if it holds none.
 *
 * @throws UserError if every block collides with a route of the machine.
 */
export async function holdAddresses(paths: Paths): Promise<Addresses> {
  const held = await heldBlock(paths);
  if (held !== undefined) {
    return addressesIn(held);
  }
  return await withLock(
    registry,
    'another bigdata chooses its addresses',
    () => {},
    async () => {
      const taken = await takenBlocks();
      const routes = await routedRanges();
      const free = candidates(paths.id).find(
        (half) => !taken.has(half) && !routes.some((range) => overlap(range, addressesIn(half).block)),
      );
      if (free === undefined) {
        throw new UserError({
          message: 'No private address block is free: the machine routes all of them elsewhere.',
          where: 'ip -4 route show table all',
          unchanged: 'Nothing was changed',
          next: 'Disconnect the VPN or remove the route that covers 10.0.0.0/8, or use your own cluster: --context NAME',
          exitCode: ExitCode.environment,
        });
      }
      await writeFile(join(registry, free), `${paths.state}\n`);
      return addressesIn(free);
    },
  );
}

/** The block that this clone holds, if it holds one. */
export async function heldAddresses(paths: Paths): Promise<Addresses | undefined> {
  const held = await heldBlock(paths);
  return held === undefined ? undefined : addressesIn(held);
}

/** Gives the block back, and leaves no empty folder. */
export async function releaseAddresses(paths: Paths): Promise<void> {
  const held = await heldBlock(paths);
  if (held !== undefined) {
    await rm(join(registry, held), { force: true });
  }
  for (const folder of [registry, dirname(registry)]) {
    await rmdir(folder).catch(() => undefined);
  }
}

async function heldBlock(paths: Paths): Promise<string | undefined> {
  const owners = await blockOwners();
  return owners.find(({ owner }) => owner === paths.state)?.half;
}

/** Blocks of clones that still exist; the entries of deleted ones are removed. */
async function takenBlocks(): Promise<Set<string>> {
  const taken = new Set<string>();
  for (const { half, owner } of await blockOwners()) {
    if (await stat(owner).catch(() => undefined)) {
      taken.add(half);
    } else {
      await rm(join(registry, half), { force: true });
    }
  }
  return taken;
}

async function blockOwners(): Promise<{ half: string; owner: string }[]> {
  const halves = (await readdir(registry).catch(() => [])).filter((name) => /^\d+\.\d+$/.test(name));
  return await Promise.all(
    halves.map(async (half) => ({
      half,
      owner: (await readFile(join(registry, half), 'utf8').catch(() => '')).trim(),
    })),
  );
}

/** IPv4 ranges that the machine already routes or has, the default routes aside. */
async function routedRanges(): Promise<string[]> {
  const { stdout } = await execa('ip', ['-json', '-4', 'route', 'show', 'table', 'all']);
  const routes = JSON.parse(stdout) as { dst?: string; type?: string }[];
  return routes.flatMap(({ dst }) => (dst === undefined || dst === 'default' ? [] : [dst]));
}
