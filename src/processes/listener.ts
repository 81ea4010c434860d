/**
 * Who listens on a port, for an error that says whom to look for.
 *
 * @module
 */
import { readdir, readFile, readlink } from 'node:fs/promises';

export interface Listener {
  readonly pid: number;
  /** The program's name as the kernel knows it, at most 15 characters. */
  readonly name: string;
}

/** State `LISTEN` in /proc/net/tcp. */
const listening = '0A';

/** Whether the process listens on the port; undefined where nobody listens, or where this system does not let one see who does. */
export async function listens(pid: number, port: number): Promise<boolean | undefined> {
  const inodes = await inodesOf(port);
  return inodes.size === 0 ? undefined : await hasSocket(String(pid), inodes);
}

/** @returns undefined where nobody listens, or where this user or system does not let one see who does */
export async function listenerOn(port: number): Promise<Listener | undefined> {
  const inodes = await inodesOf(port);
  if (inodes.size === 0) {
    return undefined;
  }
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (await hasSocket(pid, inodes)) {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a process that has just ended');
      return { pid: Number(pid), name: name.trim() };
    }
  }
  return undefined;
}

/** Of the sockets that listen on the port. */
async function inodesOf(port: number): Promise<ReadonlySet<string>> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'];
  return new Set((await Promise.all(tables.map((file) => socketInodes(file, port)))).flat());
}

async function socketInodes(file: string, port: number): Promise<string[]> {
  const table = await readFile(file, 'utf8').catch(() => '');
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(local) === true && fields[3] === listening)
    .flatMap((fields) => fields[9] ?? []);
}

/** Other users' and vanished processes cannot be looked into: they count as not having it. */
async function hasSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(
    descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  );
  return targets.some((target) => inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ''));
}
