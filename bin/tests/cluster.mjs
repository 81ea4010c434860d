/**
 * The cluster that tests use: brought up beside tests that do not need it, and taken down in the end.
 *
 * @module
 */
export class TestCluster {
  #programs;
  #state;
  #args;
  #cpu;
  /** @type {Promise<{ ok: boolean, seconds: number }> | undefined} */
  #boot;
  #isTold = false;

  /**
   * @param {import('./programs.mjs').Programs} programs
   * @param {string} state folder of the cluster
   * @param {string | undefined} stackFile whose images are built; the whole platform's without it
   * @param {number | undefined} cpu cores to which its processes are held
   */
  constructor(programs, state, stackFile, cpu) {
    this.#programs = programs;
    this.#state = state;
    this.#args = ['up', '--no-install', ...(stackFile === undefined ? [] : ['-f', stackFile])];
    this.#cpu = cpu;
  }

  get isStarted() {
    return this.#boot !== undefined;
  }

  /** Starts it, once. `isTold`: whether somebody has told how that ended. */
  async start() {
    this.#boot ??= this.#up();
    return { ...(await this.#boot), isTold: this.#isTold };
  }

  markTold() {
    this.#isTold = true;
  }

  async #up() {
    const start = performance.now();
    const { code, printed } = await this.#programs.bigdata(...this.#args);
    if (code !== 0) process.stderr.write(printed);
    else if (this.#cpu !== undefined) await this.#hold(this.#cpu);
    return { ok: code === 0, seconds: (performance.now() - start) / 1000 };
  }

  /** @param {boolean} forGood also cluster, images and data */
  async down(forGood) {
    const { code, printed } = await this.#programs.bigdata(
      ...(forGood ? ['down', '--delete', '--yes'] : ['down']),
    );
    if (code !== 0) process.stderr.write(printed);
    if (this.#cpu !== undefined) {
      const { releaseCluster } = await import('./quota.mjs');
      releaseCluster(this.#state);
    }
    return code === 0;
  }

  /** Needs the compiled program, which is there only now. */
  async #hold(cores) {
    const { holdCluster } = await import('./quota.mjs');
    const held = await holdCluster(this.#state, cores);
    process.stdout.write(
      `── all pods are held to ${cores} cores, and so are ${held} processes of the node\n`,
    );
  }
}
