/**
 * The local Temporal: one dev server a clone, with its database in the state folder, so that history survives.
 *
 * @module
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ExitCode, UserError } from '../errors.js';
import { withLock } from '../local/lock.js';
import type { Paths } from '../paths.js';
import { daemonState, startDaemon, stopRecorded } from '../processes/daemon.js';
import type { DaemonState } from '../processes/daemon.js';
import { processorTime } from '../processes/identity.js';
import { lastLines } from '../processes/log-file.js';
import { Patience } from '../processes/patience.js';
import type { Report } from '../progress.js';
import { writeWhole } from '../util/write-whole.js';
import { listens } from '../processes/listener.js';
import { isPortFree } from '../processes/ports.js';
import { choosePorts, refuseTakenPorts } from './ports.js';
import type { TemporalPorts } from './ports.js';
import { answers } from './reach.js';

/** The local server as others reach it. */
export interface DevServer extends TemporalPorts {
  readonly address: string;
  readonly webUi: string;
  readonly pid: number;
  readonly logFile: string;
}

export interface DevServerOptions {
  /** Ports that a person asked for; refused if somebody else has them. */
  readonly ports?: Partial<TemporalPorts>;
  /** Path of the `temporal` program, built if it must be. */
  readonly binary: (report: Report) => Promise<string>;
}

/** Milliseconds for which a server that starts may do nothing at all. */
const quiet = 60_000;

/** Pairs of ports that are lost to others before it is given up. */
const starts = 5;

/** Milliseconds that the server may take to close its database. */
const stopTimeout = 15_000;

/**
 * Starts the local server, or finds it running. Its ports stay the same from start to start as long as they are free.
 *
 * @throws UserError if a wanted port is taken, or if the server does not start
 */
export async function ensureDevServer(
  paths: Paths,
  report: Report,
  options: DevServerOptions,
): Promise<DevServer> {
  const files = filesOf(paths);
  const lock = join(files.folder, '.lock');
  return withLock(lock, 'another bigdata starts the server', report, async () => {
    const running = await findDevServer(paths);
    if (running === undefined) {
      return start(files, report, options);
    }
    refuseOtherPorts(running, options.ports ?? {});
    try {
      await untilAnswers(running, files);
      return running;
    } catch (error) {
      // It was dying when it was found.
      if ((await findDevServer(paths)) !== undefined) throw error;
      return await start(files, report, options);
    }
  });
}

/**
 * Whether the local server has or could have the wanted ports. Starts nothing.
 *
 * @throws UserError if it runs on others, or if somebody else has them
 */
export async function checkPorts(paths: Paths, wanted: Partial<TemporalPorts>): Promise<void> {
  const running = await findDevServer(paths);
  if (running === undefined) {
    await refuseTakenPorts(wanted);
  } else {
    refuseOtherPorts(running, wanted);
  }
}

/** The local server of this clone, undefined if it does not run. */
export async function findDevServer(paths: Paths): Promise<DevServer | undefined> {
  const files = filesOf(paths);
  const state = await daemonState(files.record);
  const ports = await readPorts(files.ports);
  return state.status === 'running' && ports !== undefined
    ? describe(ports, state.record.pid, files)
    : undefined;
}

/** Whether the local server runs, died, or never started. */
export function devServerState(paths: Paths): Promise<DaemonState> {
  return daemonState(filesOf(paths).record);
}

/** Stops the local server of this clone and leaves its database. Does nothing if it does not run. */
export function stopDevServer(paths: Paths): Promise<void> {
  return stopRecorded(filesOf(paths).record, { timeout: stopTimeout });
}

/** Removes the stopped server's database, log and remembered ports. */
export function deleteDevServer(paths: Paths): Promise<void> {
  return rm(filesOf(paths).folder, { recursive: true, force: true });
}

interface Files {
  readonly folder: string;
  readonly database: string;
  readonly log: string;
  readonly record: string;
  readonly ports: string;
}

function filesOf(paths: Paths): Files {
  const folder = join(paths.state, 'temporal');
  return {
    folder,
    database: join(folder, 'temporal.db'),
    log: join(folder, 'server.log'),
    record: join(folder, 'process.json'),
    ports: join(folder, 'ports.json'),
  };
}

async function start(files: Files, report: Report, options: DevServerOptions): Promise<DevServer> {
  const command = await options.binary(report);
  for (let left = starts; ; left -= 1) {
    const ports = await choosePorts(options.ports ?? {}, await readPorts(files.ports));
    await writePorts(files.ports, ports);
    report({ text: `starting the server on 127.0.0.1:${ports.port}` });
    const record = await startDaemon({
      name: 'temporal',
      command,
      args: serverArguments(files, ports),
      env: { HOME: files.folder },
      logFile: files.log,
      recordFile: files.record,
      cwd: files.folder,
    });
    const server = describe(ports, record.pid, files);
    try {
      await untilAnswers(server, files);
      return server;
    } catch (error) {
      if (left === 1 || !(await lostPorts(server, files))) throw error;
    }
  }
}

/** True if it ended because somebody else, perhaps another clone's server, took one of its ports between the choice and the start. */
async function lostPorts({ port, uiPort }: TemporalPorts, files: Files): Promise<boolean> {
  const { status } = await daemonState(files.record);
  return status !== 'running' && !((await isPortFree(port)) && (await isPortFree(uiPort)));
}

function serverArguments({ database }: Files, { port, uiPort }: TemporalPorts): string[] {
  const options = {
    '--ip': '127.0.0.1',
    '--port': String(port),
    '--ui-port': String(uiPort),
    '--db-filename': database,
    '--log-level': 'warn',
    // The answer to a workflow task brings its activities along.
    '--dynamic-config-value': 'system.enableActivityEagerExecution=true',
  };
  return ['server', 'start-dev', ...Object.entries(options).flat()];
}

/** It is this very server that must answer: another may have its port. */
async function untilAnswers(server: DevServer, files: Files): Promise<void> {
  const patience = new Patience({ quiet });
  while (!((await answers(server.address)) && ((await listens(server.pid, server.port)) ?? true))) {
    const { status } = await daemonState(files.record);
    if (status !== 'running' || patience.isOver(await processorTime(server.pid))) {
      const lines = (await lastLines(files.log, 5)).map((line) => `\n${line}`).join('');
      throw new UserError({
        message:
          status === 'running'
            ? `Temporal's dev server does not answer after ${patience.seconds} s`
            : `Temporal's dev server ended as soon as it was started${lines}`,
        where: `${server.address}, log ${server.logFile}`,
        unchanged: 'Its database is untouched',
        next: 'Read the log; `bigdata down` and `bigdata up` restart it',
        exitCode: ExitCode.environment,
      });
    }
    await sleep(100);
  }
}

function refuseOtherPorts(running: DevServer, wanted: Partial<TemporalPorts>): void {
  if (
    (wanted.port ?? running.port) === running.port &&
    (wanted.uiPort ?? running.uiPort) === running.uiPort
  ) {
    return;
  }
  throw new UserError({
    message: 'The local Temporal server already runs on other ports',
    where: `${running.address}, Web UI ${running.webUi}`,
    unchanged: 'It goes on running there',
    next: 'Leave out --temporal-port and --ui-port, or stop it first with `bigdata down`',
    exitCode: ExitCode.usage,
  });
}

function describe(ports: TemporalPorts, pid: number, files: Files): DevServer {
  return {
    ...ports,
    pid,
    address: `127.0.0.1:${ports.port}`,
    webUi: `http://127.0.0.1:${ports.uiPort}`,
    logFile: files.log,
  };
}

async function readPorts(file: string): Promise<TemporalPorts | undefined> {
  try {
    const ports = JSON.parse(await readFile(file, 'utf8')) as Partial<TemporalPorts>;
    return typeof ports.port === 'number' && typeof ports.uiPort === 'number'
      ? { port: ports.port, uiPort: ports.uiPort }
      : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function writePorts(file: string, ports: TemporalPorts): Promise<void> {
  await writeWhole(file, `${JSON.stringify(ports)}\n`);
}
