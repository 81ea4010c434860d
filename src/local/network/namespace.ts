/**
 * The node's own network namespace, joined to the machine by one veth pair and to nothing else.
 *
 * @module
 */
import { mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { ExitCode, UserError } from '../../errors.js';
import type { Addresses } from './addresses.js';
import { isMountPoint } from '../kernel/mounts.js';
import type { NodeLayout } from '../node/layout.js';
import { findProgram } from '../programs.js';

/** The node's end of the link, as it is called inside. */
const nodeInterface = 'machine0';

/** Whether the namespace is there; the link may still be missing. */
export async function namespaceExists(layout: NodeLayout): Promise<boolean> {
  return await isMountPoint(layout.namespaceFile);
}

/** Identity of the namespace: a daemon that was started in another one has to be started again. */
export async function namespaceIdentity(layout: NodeLayout): Promise<string> {
  return String((await stat(layout.namespaceFile)).ino);
}

/**
 * Makes what is missing of namespace, link, addresses, routes and kernel settings. Run again it changes nothing.
 * Pods, Services and the node are then reached from the machine; from inside, the node alone reaches the machine's end of the link.
 */
export async function ensureNetwork(layout: NodeLayout, addresses: Addresses): Promise<void> {
  const { name, hostInterface, namespaceFile } = layout;
  if (!(await namespaceExists(layout))) {
    await mkdir(dirname(namespaceFile), { recursive: true });
    await writeFile(namespaceFile, '');
    await execa('unshare', [`--net=${namespaceFile}`, 'true']);
  }
  if (!(await linkExists(['-netns', name], nodeInterface))) {
    if (await linkExists([], hostInterface)) {
      await ip([], [`link delete ${hostInterface}`]);
    }
    await ip([], [`link add ${hostInterface} type veth peer name ${nodeInterface} netns ${name}`]);
  }
  const { hostAddress, nodeAddress, linkPrefix, podRange, serviceRange } = addresses;
  await Promise.all([
    ip(
      ['-netns', name],
      [
        'link set lo up',
        `address replace ${nodeAddress}/${linkPrefix} dev ${nodeInterface}`,
        `link set ${nodeInterface} up`,
        // Without a route the node's own packets to a Service are refused before kube-proxy's rules see them.
        `route replace ${serviceRange} dev ${nodeInterface}`,
      ],
    ),
    ip(
      [],
      [
        `address replace ${hostAddress}/${linkPrefix} dev ${hostInterface}`,
        `link set ${hostInterface} up`,
        `route replace ${podRange} via ${nodeAddress} dev ${hostInterface}`,
        `route replace ${serviceRange} via ${nodeAddress} dev ${hostInterface}`,
      ],
    ),
  ]);
  await setInside(layout, 'net/ipv4/ip_forward');
  await ensureBridgeFilter(layout);
  await closeMachine(layout, addresses);
}

/** Removes the link and the namespace's name; the namespace goes with its last process. */
export async function removeNetwork(layout: NodeLayout): Promise<void> {
  const { hostInterface, namespaceFile } = layout;
  if (await linkExists([], hostInterface)) {
    await ip([], [`link delete ${hostInterface}`]);
  }
  if (await namespaceExists(layout)) {
    await execa('umount', [namespaceFile]);
  }
  await rm(namespaceFile, { force: true });
  await rmdir(dirname(namespaceFile)).catch(() => undefined);
}

/** Pods answer the machine, but do not ask it: what listens there is not for them. */
async function closeMachine(layout: NodeLayout, { podRange, hostAddress }: Addresses): Promise<void> {
  const program = await findProgram('iptables');
  const asked = ['--match', 'conntrack', '--ctstate', 'NEW'];
  const rule = ['FORWARD', '--source', podRange, '--destination', hostAddress, ...asked, '--jump', 'REJECT'];
  const iptables = async (action: string): Promise<boolean> => {
    const inside = [`--net=${layout.namespaceFile}`, '--', program, '--wait', action, ...rule];
    const { exitCode } = await execa('nsenter', inside, { reject: action !== '--check' });
    return exitCode === 0;
  };
  if (!(await iptables('--check'))) await iptables('--insert');
}

/** Packets between pods on the bridge must pass kube-proxy's rules; needs the kernel module br_netfilter. */
async function ensureBridgeFilter(layout: NodeLayout): Promise<void> {
  const setting = 'net/bridge/bridge-nf-call-iptables';
  if (!(await stat(`/proc/sys/${setting}`).catch(() => undefined))) {
    await execa('modprobe', ['br_netfilter'], { reject: false });
    if (!(await stat(`/proc/sys/${setting}`).catch(() => undefined))) {
      throw new UserError({
        message: 'The kernel has no bridge filter, without which pods do not reach Services.',
        where: 'kernel module br_netfilter',
        unchanged: 'Data is untouched',
        next: 'Load it (modprobe br_netfilter) or use a kernel that has it, or your own cluster: --context NAME',
        exitCode: ExitCode.environment,
      });
    }
  }
  await setInside(layout, setting);
}

async function setInside(layout: NodeLayout, setting: string): Promise<void> {
  const file = `/proc/sys/${setting}`;
  await execa('nsenter', [`--net=${layout.namespaceFile}`, '--', 'tee', file], { input: '1' });
}

async function linkExists(where: readonly string[], name: string): Promise<boolean> {
  const { exitCode } = await execa('ip', [...where, 'link', 'show', 'dev', name], { reject: false });
  return exitCode === 0;
}

/** Runs commands one after the other, until one fails. */
async function ip(where: readonly string[], commands: readonly string[]): Promise<void> {
  await execa('ip', [...where, '-batch', '-'], { input: commands.join('\n') });
}
