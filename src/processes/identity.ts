/**
 * What makes a process the same process: pids are used again, pid + start time + boot are not.
 *
 * @module
 */
import { readFile, readdir } from 'node:fs/promises';

/** A process that no other can be mistaken for, not even after a reboot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between boot and start: field 22 of /proc/PID/stat, as text because it may pass 2^53. */
  readonly startTime: string;
  /** /proc/sys/kernel/random/boot_id */
  readonly bootId: string;
}

let bootIdOnce: Promise<string> | undefined;

/** The identifier that the kernel drew at boot. */
export function bootId(): Promise<string> {
  bootIdOnce ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((text) => text.trim());
  return bootIdOnce;
}

/** Of a process, by /proc/PID/stat. */
export interface ProcessStatus {
  /** One letter. */
  readonly state: string;
  readonly startTime: string;
  readonly threads: number;
}

/** Parses /proc/PID/stat; the command in parentheses may hold blanks and parentheses. */
export function parseStat(stat: string): ProcessStatus {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const threads = Number(fields[17]);
  const startTime = fields[19];
  if (state === undefined || startTime === undefined) {
    throw new Error(`unreadable process status: ${stat.slice(0, 80)}`);
  }
  return { state, startTime, threads };
}

/** Identity of a running process; undefined if there is none by that pid, or only its zombie. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readProcessFile(pid, 'stat');
  if (stat === undefined || stat === '') {
    return undefined;
  }
  const { state, startTime, threads } = parseStat(stat);
  // The first thread may be gone while others still hold the ports and the files of all.
  const isDead = (state === 'Z' || state === 'X') && threads <= 1;
  return isDead ? undefined : { pid, startTime, bootId: await bootId() };
}

/** Whether exactly this process still runs. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid);
  return now !== undefined && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** Sends a signal to exactly this process. Returns false if it is gone. */
export async function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(identity))) {
    return false;
  }
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
      return false;
    }
    throw error;
  }
}

/** Resident memory in bytes; 0 if the process is gone. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readProcessFile(pid, 'status');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
  return kibibytes === undefined ? 0 : Number(kibibytes) * 1024;
}

/** Milliseconds of a clock tick: `getconf CLK_TCK` is 100 on every Linux that Node runs on. */
const tick = 10;

/** Processor time that a process has had so far, in milliseconds; 0 if it is gone. */
export async function processorTime(pid: number): Promise<number> {
  const stat = (await readProcessFile(pid, 'stat')) ?? '';
  // Fields 14 and 15, in user mode and in the kernel.
  const [user = 0, kernel = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + kernel) * tick;
}

/** Every process whose environment at its start had this variable, with the variable's value. */
export async function processesWithVariable(
  name: string,
): Promise<{ readonly identity: ProcessIdentity; readonly value: string }[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readProcessFile(pid, 'environ');
      const entry = environment?.split('\0').find((line) => line.startsWith(`${name}=`));
      const identity = entry === undefined ? undefined : await identify(pid);
      return identity === undefined || entry === undefined
        ? []
        : [{ identity, value: entry.slice(name.length + 1) }];
    }),
  );
  return found.flat();
}

/** A file of /proc/PID; undefined if the process is gone or belongs to someone else. */
async function readProcessFile(pid: number, name: string): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') {
      return undefined;
    }
    throw error;
  }
}
