/**
 * Workers that `up` starts: one a cluster, in the background, found again by the cluster's identity.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { taskQueue } from '../client/naming.js';
import { ExitCode, UserError } from '../errors.js';
import { withLock } from '../local/lock.js';
import type { Paths } from '../paths.js';
import { daemonState, fingerprint, startDaemon, stopRecorded } from './daemon.js';
import type { DaemonOptions, DaemonState } from './daemon.js';
import { processorTime } from './identity.js';
import { lastLines } from './log-file.js';
import { Patience } from './patience.js';
import type { Report } from '../progress.js';
import type { TemporalServer } from '../temporal/connect.js';
import { workerEnvironment } from './worker-environment.js';
import { workerIdentity } from '../temporal/worker-identity.js';

/** The cluster that a worker is for. */
export interface WorkerCluster {
  /** UID of `kube-system`. */
  readonly uid: string;
  readonly kubeconfig: string;
  readonly context: string;
}

/** Milliseconds for which a worker that starts may do nothing at all. */
const quiet = 60_000;

/** `TASK_QUEUE_TYPE_ACTIVITY` of Temporal's API. */
const activityQueue = 2;

/** Milliseconds that a worker may take to end: more than its own `shutdownForceTime`. */
const stopTimeout = 30_000;

/**
 * Starts the worker of a cluster, finds it running, or restarts it if its code or its connections changed.
 *
 * @param temporal - knows when the worker asks for work
 * @throws UserError with its last log lines if it does not start
 */
export async function ensureWorker(
  paths: Paths,
  cluster: WorkerCluster,
  temporal: TemporalServer,
  report: Report,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const options = await daemonOptions(paths, cluster, temporal, environment);
  const lock = join(workerFolder(paths), '.lock');
  await withLock(lock, 'another bigdata starts a worker', report, async () => {
    const state = await daemonState(options.recordFile);
    if (state.status === 'running' && state.record.fingerprint === fingerprint(options)) {
      return;
    }
    if (state.status === 'running') {
      report({ text: 'restarting the worker: its code or its connections changed' });
      await stopRecorded(options.recordFile, { timeout: stopTimeout });
    }
    report({ text: 'starting the worker' });
    const { pid } = await startDaemon(options);
    await untilPolling(temporal, taskQueue(cluster.uid), pid, options);
  });
}

/** The workers of this clone, by the first digits of their cluster's UID. */
export async function workerStates(paths: Paths): Promise<ReadonlyMap<string, DaemonState>> {
  const states = new Map<string, DaemonState>();
  for (const file of await recordFiles(paths)) {
    states.set(file.slice(0, -'.json'.length), await daemonState(join(workerFolder(paths), file)));
  }
  return states;
}

/** Stops every worker of this clone, each gracefully. */
export async function stopWorkers(paths: Paths): Promise<void> {
  const files = await recordFiles(paths);
  await Promise.all(
    files.map((file) => stopRecorded(join(workerFolder(paths), file), { timeout: stopTimeout })),
  );
}

/** Removes the stopped workers' records and logs, and what Helm keeps for them. */
export async function deleteWorkers(paths: Paths): Promise<void> {
  const logs = join(paths.state, 'logs');
  const own = (await namesIn(logs)).filter((name) => /^worker-.*\.log(\.1)?$/.test(name));
  const folders = [workerFolder(paths), helmHome(paths)];
  await Promise.all(
    [...folders, ...own.map((name) => join(logs, name))].map((path) =>
      rm(path, { recursive: true, force: true }),
    ),
  );
}

/** Where Helm keeps its cache and configuration, apart from the user's own. */
export function helmHome(paths: Paths): string {
  return join(paths.state, 'helm');
}

function workerFolder(paths: Paths): string {
  return join(paths.state, 'workers');
}

async function recordFiles(paths: Paths): Promise<string[]> {
  return (await namesIn(workerFolder(paths))).filter((name) => name.endsWith('.json'));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

async function daemonOptions(
  paths: Paths,
  cluster: WorkerCluster,
  temporal: TemporalServer,
  environment: NodeJS.ProcessEnv,
): Promise<DaemonOptions> {
  const name = cluster.uid.slice(0, 8);
  const main = join(paths.root, 'dist', 'bigdata.js');
  return {
    name: `worker-${name}`,
    command: process.execPath,
    args: [main, 'worker', '--kubeconfig', cluster.kubeconfig, '--context', cluster.context],
    env: workerEnvironment(environment),
    logFile: join(paths.state, 'logs', `worker-${name}.log`),
    recordFile: join(workerFolder(paths), `${name}.json`),
    inputs: await inputsDigest(paths, cluster, temporal),
  };
}

/** The worker's code, and everything that it connects with. */
async function inputsDigest(paths: Paths, cluster: WorkerCluster, temporal: TemporalServer): Promise<string> {
  const files = [join(paths.root, 'dist', '.stamp'), ...cluster.kubeconfig.split(delimiter)];
  const hash = createHash('sha256').update(`${temporal.address}\0${temporal.namespace}`);
  for (const file of files) {
    hash.update('\0').update(await readFile(file));
  }
  return hash.digest('hex');
}

/** A worker that has just started is at work once Temporal has seen it ask for work. */
async function untilPolling(
  temporal: TemporalServer,
  queue: string,
  pid: number,
  options: DaemonOptions,
): Promise<void> {
  const identity = workerIdentity(pid);
  const patience = new Patience({ quiet });
  while (!(await pollers(temporal, queue)).includes(identity)) {
    const { status } = await daemonState(options.recordFile);
    if (status !== 'running' || patience.isOver(await processorTime(pid))) {
      const lines = (await lastLines(options.logFile, 5)).map((line) => `\n${line}`).join('');
      throw new UserError({
        message:
          status === 'running'
            ? `The worker asks for no work after ${patience.seconds} s`
            : `The worker ended as soon as it was started${lines}`,
        where: options.logFile,
        unchanged: 'Nothing was installed',
        next: 'Read the log, then run the same command again',
        exitCode: ExitCode.environment,
      });
    }
    await sleep(100);
  }
}

async function pollers(temporal: TemporalServer, queue: string): Promise<(string | null | undefined)[]> {
  const answer = await temporal.client.workflowService.describeTaskQueue({
    namespace: temporal.namespace,
    taskQueue: { name: queue },
    taskQueueType: activityQueue,
  });
  return answer.pollers.map(({ identity }) => identity);
}
