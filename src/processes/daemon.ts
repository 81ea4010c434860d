/**
 * Processes that outlive the command that started them.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { dirname } from 'node:path';
import { type ProcessIdentity, identify, isAlive, processesWithVariable, signalProcess } from './identity.js';
import { rotateLog } from './log-file.js';
import { type DaemonRecord, readRecord, removeRecord, writeRecord } from './record.js';
import { makePrivateFolder } from '../util/private-folder.js';

/** How to start a daemon. */
export interface DaemonOptions {
  /** What people call it, e.g. `etcd`. */
  readonly name: string;
  /** Absolute path of the program. */
  readonly command: string;
  /** Never a secret: arguments are seen by everybody on the machine. */
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly recordFile: string;
  /** Path of a network namespace to start in, e.g. `/run/netns/NAME`. */
  readonly netns?: string;
  /** Working folder, `/` if left out, so that no file system is kept busy. */
  readonly cwd?: string;
  /** Content of the files that the daemon reads once at its start: part of the fingerprint. */
  readonly inputs?: string;
}

/** `outdated`: it runs, but would be started otherwise today. */
export type DaemonState =
  | { readonly status: 'running'; readonly record: DaemonRecord }
  | { readonly status: 'dead'; readonly record: DaemonRecord }
  | { readonly status: 'absent' };

/**
 * Names the record file in the daemon's environment, and so in that of all its descendants:
 * a daemon whose starter died before it wrote the record is found by it.
 */
export const daemonVariable = 'BIGDATA_DAEMON';

/** Changes when the program, its arguments, its environment or its inputs do. */
export function fingerprint(options: DaemonOptions): string {
  const { command, args, env, netns, inputs } = options;
  return createHash('sha256')
    .update(JSON.stringify([command, args, env, netns, inputs]))
    .digest('hex')
    .slice(0, 16);
}

/**
 * Starts a daemon in a session of its own with its output in the log file, and records it.
 * The caller makes sure that only one starts it at a time. A forgotten one with the same record file is stopped first.
 *
 * @throws Error if the program cannot be executed.
 */
export async function startDaemon(options: DaemonOptions): Promise<DaemonRecord> {
  await stopForgotten(options.recordFile, options.command);
  await rotateLog(options.logFile);
  await makePrivateFolder(dirname(options.recordFile));
  const log = await open(options.logFile, 'a', 0o600);
  try {
    const [command, args] =
      options.netns === undefined
        ? [options.command, options.args]
        : ['nsenter', [`--net=${options.netns}`, '--', options.command, ...options.args]];
    const startedAt = Date.now();
    const child = spawn(command, args, {
      cwd: options.cwd ?? '/',
      detached: true,
      env: { ...options.env, [daemonVariable]: options.recordFile },
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    const identity = await identify(child.pid ?? 0);
    const record: DaemonRecord = {
      ...(identity ?? { pid: child.pid ?? 0, startTime: 'gone', bootId: 'gone' }),
      name: options.name,
      logFile: options.logFile,
      startedAt,
      fingerprint: fingerprint(options),
    };
    await writeRecord(options.recordFile, record);
    return record;
  } finally {
    await log.close();
  }
}

/** Looks whether the daemon of this record file runs. */
export async function daemonState(recordFile: string): Promise<DaemonState> {
  const record = await readRecord(recordFile);
  if (record === undefined) {
    return { status: 'absent' };
  }
  return { status: (await isAlive(record)) ? 'running' : 'dead', record };
}

/** How to stop. */
export interface StopOptions {
  /** First signal, SIGTERM if left out. */
  readonly signal?: NodeJS.Signals;
  /** Milliseconds until SIGKILL, 10 000 if left out. */
  readonly timeout?: number;
}

/** Ends exactly this process: politely, then by SIGKILL. Returns when it is gone. */
export async function stopDaemon(identity: ProcessIdentity, options: StopOptions = {}): Promise<void> {
  const { signal = 'SIGTERM', timeout = 10_000 } = options;
  await signalProcess(identity, signal);
  if (await goneWithin(identity, timeout)) {
    return;
  }
  await signalProcess(identity, 'SIGKILL');
  if (!(await goneWithin(identity, 10_000))) {
    throw new Error(`process ${identity.pid} is still there 10 s after SIGKILL`);
  }
}

/** Stops the daemon of a record file and forgets it. Does nothing if it does not run. */
export async function stopRecorded(recordFile: string, options: StopOptions = {}): Promise<void> {
  const state = await daemonState(recordFile);
  if (state.status === 'running') {
    await stopDaemon(state.record, options);
  }
  await removeRecord(recordFile);
}

async function stopForgotten(recordFile: string, command: string): Promise<void> {
  for (const { identity, value } of await processesWithVariable(daemonVariable)) {
    if (value === recordFile && identity.pid !== process.pid && (await runsProgram(identity.pid, command))) {
      await stopDaemon(identity);
    }
  }
}

async function runsProgram(pid: number, command: string): Promise<boolean> {
  const [running, wanted] = await Promise.all(
    [`/proc/${pid}/exe`, command].map((path) => realpath(path).catch(() => undefined)),
  );
  return running !== undefined && running === wanted;
}

async function goneWithin(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (await isAlive(identity)) {
    if (performance.now() > deadline) {
      return false;
    }
    await delay(25);
  }
  return true;
}
