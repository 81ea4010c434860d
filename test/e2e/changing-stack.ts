/**
 * A stack that changes while a client uses it, through the command line on the local cluster.
 *
 * @module
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'vitest';
import { stringify } from 'yaml';

import { connect } from '../../src/kubernetes/api/connect.js';
import { clonePaths } from '../../src/paths.js';
import type { ComponentState, OperationState } from '../../src/stack/operation/operation-types.js';
import { defined } from '../../src/util/defined.js';
import { patience } from '../support/patience.js';
import { dropNamespace } from '../support/real-cluster.js';
import { Bigdata } from './bigdata.js';
import { Load, type LoadProgram } from './load.js';
import { podsOf } from './pods.js';
import { killWorkers } from './workers.js';

/** What a stack file says of each component. */
export type Components = Readonly<Record<string, object>>;

export class ChangingStack {
  bigdata = new Bigdata(clonePaths().state);
  readonly name: string;
  /** The first of its programs. */
  readonly load: Load;
  readonly loads: readonly Load[];
  readonly #folder: string;
  /** Removes what is left of a namespace. */
  readonly #drop: () => Promise<void>;
  #components: Components = {};
  /** Of the stack file; the default if undefined. */
  profile: string | undefined;

  private constructor(
    name: string,
    folder: string,
    loads: readonly [Load, ...Load[]],
    drop: () => Promise<void>,
  ) {
    this.name = name;
    this.loads = loads;
    this.load = loads[0];
    this.#folder = folder;
    this.#drop = drop;
  }

  /** Makes room for it; nothing is installed yet. @param name - of the stack and of its namespace */
  static async prepare(
    name: string,
    program: LoadProgram,
    ...more: readonly LoadProgram[]
  ): Promise<ChangingStack> {
    const cluster = await connect({ kubeconfig: new Bigdata(clonePaths().state).kubeconfig });
    const drop = () => dropNamespace(cluster, name);
    await drop();
    const folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
    const loadOf = (each: LoadProgram) => new Load(cluster, name, each);
    return new ChangingStack(name, folder, [loadOf(program), ...more.map(loadOf)], drop);
  }

  /** Installs it as these say; gives what became of one component, which is proven. */
  async up(components: Components, component: string): Promise<ComponentState | undefined> {
    const state = await this.bigdata.json<OperationState>('up', '-f', await this.#file(components));
    const found = state.components.find((each) => each.name === component);
    expect(found?.phase).toBe('proven');
    return found;
  }

  /** Begins as {@link up}, and kills the worker once it is time; `again` has to end what was begun. */
  async upWithoutWorker(
    components: Components,
    isTime: () => Promise<boolean>,
    again: () => Promise<void>,
  ): Promise<void> {
    const first = this.bigdata.run('up', '-f', await this.#file(components));
    await expect.poll(isTime, { timeout: patience, interval: 250 }).toBe(true);
    await killWorkers();
    await again();
    expect((await first).exitCode).toBe(0);
  }

  /** What `plan` would do, and its exit code. */
  async plan(
    components: Components,
    ...options: string[]
  ): Promise<{ readonly exitCode: number; readonly stdout: string }> {
    const args = ['plan', '-f', await this.#file(components), ...options];
    const { exitCode = 1, stdout } = await this.bigdata.run(...args);
    return { exitCode, stdout };
  }

  /** Which pods a component has, or those of one of its workloads: see {@link podsOf}. */
  async pods(component: string, workload = ''): Promise<string[]> {
    const pods = await podsOf(this.bigdata.kubeconfig, this.name, component);
    return workload === '' ? pods : pods.filter((each) => each.startsWith(`${workload}-`));
  }

  /** Waits until there are so many pods of a workload: those that are too many go when their work is done. */
  async comesTo(count: number, component: string, workload: string): Promise<void> {
    const pods = async () => (await this.pods(component, workload)).length;
    await expect.poll(pods, { timeout: 3 * patience, interval: 1_000 }).toBe(count);
  }

  /** Takes a pod away, and waits until another one is ready in its place. @param how - options of `kubectl delete` */
  async lose(component: string, pod: string, ...how: readonly string[]): Promise<void> {
    const before = await this.pods(component);
    const gone = before.find((each) => each.startsWith(`${pod} `)) ?? '';
    expect(gone).toContain(' true ');
    await this.kubectl('delete', 'pod', pod, '--wait=false', ...how);
    const isBack = async () => {
      const now = await this.pods(component);
      return (
        now.length === before.length && !now.includes(gone) && now.every((each) => each.includes(' true '))
      );
    };
    await expect.poll(isBack, { timeout: 3 * patience, interval: 1_000 }).toBe(true);
  }

  /** As {@link lose}, without a warning. */
  async kill(component: string, pod: string): Promise<void> {
    await this.lose(component, pod, '--force', '--grace-period=0');
  }

  /** Runs a command in a pod; gives the lines that it prints. */
  async exec(pod: string, ...command: string[]): Promise<string[]> {
    return (await this.kubectl('exec', pod, '--', ...command)).trim().split('\n');
  }

  /** Runs kubectl in the namespace; gives what it prints. */
  async kubectl(...args: readonly string[]): Promise<string> {
    const ran = await this.bigdata.run('kubectl', '-n', this.name, ...args);
    expect(ran.exitCode).toBe(0);
    return ran.stdout;
  }

  /** Rotates a component's credentials; gives what it says, and its exit code. */
  async rotate(
    component: string,
    ...options: string[]
  ): Promise<{ readonly exitCode: number; readonly stdout: string }> {
    const args = ['rotate', component, '-f', await this.#file(this.#components), ...options];
    const { exitCode, stdout } = await this.bigdata.run(...args);
    return { exitCode, stdout };
  }

  /** Begins as {@link rotate}, and kills the command and the worker once it is time. */
  async rotateWithoutEnd(component: string, isTime: () => Promise<boolean>): Promise<void> {
    const args = ['rotate', component, '-f', await this.#file(this.#components)];
    let command: ChildProcess | undefined;
    const first = this.bigdata.actAfter(/has new credentials/, (begun) => void (command = begun), ...args);
    await expect.poll(isTime, { timeout: 2 * patience, interval: 250 }).toBe(true);
    await killWorkers();
    command?.kill('SIGKILL');
    expect((await first).exitCode).not.toBe(0);
  }

  /** Proves what is installed. */
  async verify(): Promise<void> {
    const file = await this.#file(this.#components);
    const { components } = await this.bigdata.json<OperationState>('verify', '-f', file);
    expect(components.map(({ phase }) => phase)).toEqual(components.map(() => 'proven'));
  }

  /** Uninstalls it, and keeps its data. */
  async uninstall(): Promise<void> {
    await this.bigdata.json('uninstall', '-f', await this.#file(this.#components), '--yes');
  }

  /** Uninstalls it with its data. */
  async remove(): Promise<void> {
    const file = await this.#file(this.#components);
    await this.bigdata.run('uninstall', '-f', file, '--delete-data', '--yes');
    await this.#drop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #file(components: Components): Promise<string> {
    this.#components = components;
    const file = join(this.#folder, 'stack.yaml');
    const { name, profile } = this;
    await writeFile(file, stringify({ name, namespace: name, ...defined({ profile }), components }));
    return file;
  }
}
