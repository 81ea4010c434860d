/**
 * The real cluster, the real Temporal and a real worker, which is killed where a test wants it and started again as
 * `bigdata up` starts it.
 *
 * @module
 */
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { type History, childrenOf, workflowTypeOf } from '../../src/client/histories.js';
import type { OperationRequest } from '../../src/client/request.js';
import { startOrAttach } from '../../src/client/start.js';
import { type Cluster, connect, loadKubeConfig } from '../../src/kubernetes/api/connect.js';
import { helmBinary } from '../../src/local/binaries.js';
import { type Paths, clonePaths } from '../../src/paths.js';
import { daemonState } from '../../src/processes/daemon.js';
import { isAlive, signalProcess } from '../../src/processes/identity.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { type TemporalServer, findTemporal } from '../../src/temporal/connect.js';
import { ensureWorker } from '../../src/processes/worker-daemon.js';
import { endOf } from '../support/operations.js';
import type { Fault, Trace } from './fault.js';
import { type ActivityName, type TemporalProxy, activityName, startTemporalProxy } from './temporal-proxy.js';

const wrapper = join(import.meta.dirname, '..', 'fixtures', 'faults', 'helm');

/** Milliseconds between looks at the worker. */
const lookInterval = 50;

/** Milliseconds for the server to notice that a dead worker's connections are gone. */
const partingTime = 200;

/** A fault that happened. */
export interface Happened {
  readonly fault: Fault;
  /** Seconds until the server had the next task ready for another worker; undefined if none was needed. */
  readonly seconds: number | undefined;
}

export interface Ran {
  readonly state: OperationState;
  readonly failed: boolean;
  readonly trace: Trace;
  readonly happened: readonly Happened[];
}

/** Everything that a fault is injected into. */
export class Stage {
  readonly paths: Paths;
  readonly cluster: Cluster;
  readonly #temporal: TemporalServer;
  /** Folder through which the wrapper of Helm is told, and tells. */
  readonly #folder: string;
  #proxy: TemporalProxy | undefined;
  #armed: Fault[] = [];
  #happened: { readonly fault: Fault; readonly at: number; next?: number }[] = [];

  private constructor(paths: Paths, cluster: Cluster, temporal: TemporalServer, folder: string) {
    this.paths = paths;
    this.cluster = cluster;
    this.#temporal = temporal;
    this.#folder = folder;
  }

  /** Opens the cluster and the Temporal that tests use, which must run. */
  static async open(): Promise<Stage> {
    const paths = clonePaths();
    const kubeconfig = join(paths.state, 'kubeconfig');
    const context = loadKubeConfig({ kubeconfig }).getCurrentContext();
    const cluster = await connect({ kubeconfig, context });
    const temporal = await findTemporal(paths);
    if (!temporal) throw new Error('no Temporal runs: `bigdata up --no-install` starts it');
    const folder = await mkdtemp(join(tmpdir(), 'bigdata-faults-'));
    await Promise.all(['armed', 'fired'].map((name) => mkdir(join(folder, name))));
    await symlink(await helmBinary(paths, () => {}), join(folder, 'helm'));
    const stage = new Stage(paths, cluster, temporal, folder);
    stage.#proxy = await startTemporalProxy({
      target: temporal.address,
      atBoundary: (activity, at) => stage.#atBoundary(activity, at),
      onTask: (due) => stage.#onTask(due),
    });
    return stage;
  }

  /** Runs an operation to its end, with a new worker each time that one was killed. */
  async run(name: string, request: OperationRequest, faults: readonly Fault[]): Promise<Ran> {
    this.#armed = faults.filter((fault) => fault.operation === name);
    this.#happened = [];
    await rm(join(this.#folder, 'calls'), { force: true });
    for (const fault of this.#armed)
      if ('call' in fault) await writeFile(join(this.#folder, 'armed', callFile(fault)), '');
    await this.#startWorkerAmidFaults();
    const { handle } = await startOrAttach(this.#temporal.client, this.cluster.uid, request);
    const operation = { ended: false };
    const end = endOf(handle).finally(() => (operation.ended = true));
    while (!operation.ended) {
      await Promise.race([end, sleep(lookInterval)]);
      if (!operation.ended && !(await this.#worker())) await this.#startWorkerAmidFaults();
    }
    await this.#noteCalls();
    return {
      ...(await end),
      trace: await this.#trace(name, handle),
      happened: this.#happened.map(({ fault, at, next }) => ({
        fault,
        seconds: next === undefined ? undefined : Math.max(0, next - at) / 1_000,
      })),
    };
  }

  /** A worker may be killed before whoever starts it has seen it at work. */
  async #startWorkerAmidFaults(): Promise<void> {
    await this.#noteCalls();
    const before = this.#happened.length;
    try {
      await this.#startWorker();
    } catch (error) {
      await this.#noteCalls();
      if (this.#happened.length === before) throw error;
    }
  }

  /** Starts the worker as `bigdata up` does. */
  async #startWorker(): Promise<void> {
    const { kubeconfig, context = '' } = this.cluster.connection;
    const cluster = { uid: this.cluster.uid, kubeconfig, context };
    await ensureWorker(this.paths, cluster, this.#temporal, () => {}, {
      ...process.env,
      BIGDATA_STATE: this.paths.state,
      BIGDATA_HELM: wrapper,
      BIGDATA_FAULTS: this.#folder,
      TEMPORAL_ADDRESS: this.#proxy?.address,
    });
  }

  /** Kills what is left of the stage; the worker of the next command is a new one. */
  async close(): Promise<void> {
    await this.#killWorker();
    this.#proxy?.close();
    await this.#temporal.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #worker() {
    const file = join(this.paths.state, 'workers', `${this.cluster.uid.slice(0, 8)}.json`);
    const state = await daemonState(file);
    return state.status === 'running' ? state.record : undefined;
  }

  async #killWorker(): Promise<void> {
    const worker = await this.#worker();
    if (!worker) return;
    await signalProcess(worker, 'SIGKILL');
    while (await isAlive(worker)) await sleep(5);
    await sleep(partingTime);
  }

  async #atBoundary(activity: ActivityName, at: string): Promise<boolean> {
    const index = this.#armed.findIndex(
      (fault) => 'activity' in fault && fault.at === at && isSame(fault.activity, activity),
    );
    const [fault] = index === -1 ? [] : this.#armed.splice(index, 1);
    if (!fault) return false;
    this.#happened.push({ fault, at: Date.now() });
    await this.#killWorker();
    return true;
  }

  /** The first task after a fault shows that it goes on. */
  #onTask(due: number): void {
    for (const each of this.#happened) each.next ??= due;
  }

  /** Takes in what the wrapper of Helm did. */
  async #noteCalls(): Promise<void> {
    for (const name of await readdir(join(this.#folder, 'fired'))) {
      const file = join(this.#folder, 'fired', name);
      const index = this.#armed.findIndex((fault) => 'call' in fault && callFile(fault) === name);
      const [fault] = index === -1 ? [] : this.#armed.splice(index, 1);
      if (fault) this.#happened.push({ fault, at: Number(await readFile(file, 'utf8')) });
      await rm(file);
    }
  }

  async #trace(operation: string, handle: WorkflowHandle): Promise<Trace> {
    const { client } = this.#temporal;
    const history = await handle.fetchHistory();
    const children = await Promise.all(
      childrenOf(history).map(async ({ workflowId, runId }) => ({
        workflowId,
        history: await client.workflow.getHandle(workflowId, runId).fetchHistory(),
      })),
    );
    const runs = [{ workflowId: handle.workflowId, history }, ...children];
    const calls = await readFile(join(this.#folder, 'calls'), 'utf8').catch(() => '');
    return {
      operation,
      activities: runs.flatMap((run) => activitiesOf(run.workflowId, run.history)),
      calls: calls.split('\n').filter((line) => line !== ''),
    };
  }
}

/** The activities that a run has scheduled. */
function activitiesOf(workflowId: string, history: History): ActivityName[] {
  const workflowType = workflowTypeOf(history);
  return (history.events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    return scheduled ? [activityName({ workflowId, workflowType }, scheduled)] : [];
  });
}

function callFile({ call, at }: Extract<Fault, { call: string }>): string {
  return `${call.replace(' ', '.')}.${at}`;
}

function isSame(one: ActivityName, other: ActivityName): boolean {
  return (
    one.workflowId === other.workflowId &&
    one.workflowType === other.workflowType &&
    one.activityId === other.activityId &&
    one.activityType === other.activityType
  );
}
