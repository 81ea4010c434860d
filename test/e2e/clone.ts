/**
 * Clones that a test may break, and what they must not leave on the machine.
 *
 * @module
 */
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { heldAddresses } from '../../src/local/network/address-registry.js';
import { goBuild } from '../../src/local/go-build.js';
import { cgroupProcesses, removeCgroup } from '../../src/local/kernel/cgroups.js';
import { mountsBelow, unmountBelow } from '../../src/local/kernel/mounts.js';
import { removeNetwork } from '../../src/local/network/namespace.js';
import { nodeLayout } from '../../src/local/node/layout.js';
import { packProgram } from '../../src/local/program-image.js';
import { type Paths, clonePaths } from '../../src/paths.js';
import { daemonVariable } from '../../src/processes/daemon.js';
import { processesWithVariable } from '../../src/processes/identity.js';

/** Paths of a clone whose state lies in a new temporary folder. */
export async function temporaryClone(): Promise<Paths> {
  const state = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  return clonePaths({ ...process.env, BIGDATA_STATE: state });
}

/** Builds the probe image into a folder. Under whatever name, it has the same layer. */
export async function buildProbe(
  folder: string,
  reference = 'bigdata.local/probe:test',
): Promise<{ readonly reference: string; readonly file: string }> {
  const program = join(folder, 'probe');
  const module = join(import.meta.dirname, 'probe');
  await goBuild({ module, package: 'main.go', output: program, title: 'probe' }, () => {});
  const file = join(folder, `${reference.replace(/\W/g, '-')}.tar`);
  await packProgram({ program, reference, archive: file });
  return { reference, file };
}

async function names(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

/** Everything on the machine that belongs to a clone's cluster; empty after `down`, except for data. */
export async function traces(paths: Paths): Promise<string[]> {
  const layout = nodeLayout(paths);
  const marked = await processesWithVariable(daemonVariable);
  const interfaces = await execa('ip', ['-json', 'link']);
  const routes = await execa('ip', ['-json', 'route']);
  const cgroups = await execa('find', ['/sys/fs/cgroup', '-name', `*${paths.id}*`], { reject: false });
  const { stdout: processes } = await execa('ps', ['-ewwo', 'pid,args']);
  return [
    ...marked
      .filter(({ value }) => value.startsWith(`${layout.records}/`))
      .map(({ identity }) => `process ${identity.pid}`),
    ...processes.split('\n').filter((line) => line.includes(paths.state) || line.includes(paths.run)),
    ...(await mountsBelow(paths.run)),
    ...(await mountsBelow(paths.state)),
    ...(await names('/run/netns')).filter((name) => name.includes(paths.id)),
    ...(await names('/run')).filter((name) => name.includes(paths.id)),
    ...(await names('/var/lib/cni/results')).filter((name) => name.includes(paths.id)),
    ...(JSON.parse(interfaces.stdout) as { ifname: string }[])
      .map(({ ifname }) => ifname)
      .filter((name) => name.includes(paths.id)),
    ...(JSON.parse(routes.stdout) as { dev?: string; dst: string }[])
      .filter(({ dev }) => dev === layout.hostInterface)
      .map(({ dst }) => `route ${dst}`),
    ...cgroups.stdout.split('\n').filter(Boolean),
  ];
}

/** What `down --delete` must take away besides. */
export async function dataTraces(paths: Paths): Promise<string[]> {
  const held = await heldAddresses(paths);
  return [...(await readdir(paths.state).catch(() => [])), ...(held === undefined ? [] : [held.block])];
}

/** What a power cut does: no process, mount, interface or cgroup is left; files are, also those in /run. */
export async function crash(paths: Paths): Promise<void> {
  const layout = nodeLayout(paths);
  const marked = await processesWithVariable(daemonVariable);
  const own = marked
    .filter(({ value }) => value.startsWith(`${layout.records}/`))
    .map(({ identity }) => identity.pid);
  [...own, ...(await cgroupProcesses(layout.cgroup))].forEach((pid) => process.kill(pid, 'SIGKILL'));
  await removeCgroup(layout.cgroup);
  await unmountBelow(paths.run);
  await unmountBelow(paths.state);
  await removeNetwork(layout);
  await mkdir(dirname(layout.namespaceFile), { recursive: true });
  await writeFile(layout.namespaceFile, '');
}
