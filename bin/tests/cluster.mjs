/**
 * The cluster that tests use: brought up beside tests that do not need it, and taken down in the end.
 *
 * @module
 */
import { basename } from 'node:path';

export class TestCluster {
  /** Folder of its state. */
  state;
  /** Whether somebody has told how its start ended. */
  isTold = false;
  #programs;
  #args;
  #cpu;
  /** @type {Promise<{ ok: boolean, seconds: number }> | undefined} */
  #boot;

  /**
   * @param {import('./programs.mjs').Programs} programs
   * @param {string} state folder of the cluster
   * @param {string | undefined} stackFile whose images are built; the whole platform's without it
   * @param {number | undefined} cpu cores to which its processes are held
   */
  constructor(programs, state, stackFile, cpu) {
    this.#programs = programs;
    this.state = state;
    this.#args = ['up', '--no-install', ...(stackFile === undefined ? [] : ['-f', stackFile])];
    this.#cpu = cpu;
  }

  get isStarted() {
    return this.#boot !== undefined;
  }

  /** For people. */
  get name() {
    return basename(this.state);
  }

  /** Starts it, once. */
  start() {
    this.#boot ??= this.#up();
    return this.#boot;
  }

  async #up() {
    const start = performance.now();
    const { code, printed } = await this.#programs.bigdata(this.state, ...this.#args);
    if (code !== 0) process.stderr.write(printed);
    else if (this.#cpu !== undefined) await this.#hold(this.#cpu);
    return { ok: code === 0, seconds: (performance.now() - start) / 1000 };
  }

  /** @param {boolean} forGood also cluster, images and data */
  async down(forGood) {
    const { code, printed } = await this.#programs.bigdata(
      this.state,
      ...(forGood ? ['down', '--delete', '--yes'] : ['down']),
    );
    if (code !== 0) process.stderr.write(printed);
    if (this.#cpu !== undefined) {
      const { releaseCluster } = await import('./quota.mjs');
      releaseCluster(this.state);
    }
    return code === 0;
  }

  /** Needs the compiled program, which is there only now. */
  async #hold(cores) {
    const { holdCluster } = await import('./quota.mjs');
    const held = await holdCluster(this.state, cores);
    process.stdout.write(
      `── all pods are held to ${cores} cores, and so are ${held} processes of the node\n`,
    );
  }
}
