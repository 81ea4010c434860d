/**
 * A client that writes all the time, in a pod beside the component that changes.
 *
 * @module
 */
import { join } from 'node:path';

import { expect } from 'vitest';
import type { Cluster } from '../../src/kubernetes/api/connect.js';
import { rawLog } from '../../src/kubernetes/api/logs.js';
import type { Pod } from '../../src/kubernetes/api/objects.js';
import { clonePaths } from '../../src/paths.js';
import { ensureGoImage } from '../support/go-image.js';
import { applyObject, readObject } from '../support/real-cluster.js';

/** It reads everything back in the end. */
const patience = { timeout: 900_000, interval: 250 };

/** The program below `test/fixtures` is given `run` or `stop`, then where the component is. */
export interface LoadProgram {
  readonly program: string;
  readonly where: readonly string[];
}

export class Load {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #program: LoadProgram;

  constructor(cluster: Cluster, namespace: string, program: LoadProgram) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#program = program;
  }

  /** Returns when it runs. */
  async start(): Promise<void> {
    await this.#apply('run');
    await expect.poll(() => this.phaseOf('load-run'), patience).toBe('Running');
  }

  /** Tells it to stop; gives what it found in the end. */
  async stop(): Promise<Record<string, number>> {
    await this.#apply('stop');
    await expect.poll(() => this.phaseOf('load-run'), patience).toBe('Succeeded');
    const log = await rawLog(this.#cluster.rest, { namespace: this.#namespace, pod: 'load-run', lines: 1 });
    return JSON.parse(log) as Record<string, number>;
  }

  /** Of any pod in the namespace; undefined if there is none of this name. */
  async phaseOf(pod: string): Promise<string | undefined> {
    return (await readObject<Pod>(this.#cluster, this.#path(pod)))?.status?.phase;
  }

  #path(pod: string): string {
    return `/api/v1/namespaces/${this.#namespace}/pods/${pod}`;
  }

  async #apply(step: 'run' | 'stop'): Promise<void> {
    const { program, where } = this.#program;
    const module = join(import.meta.dirname, '..', 'fixtures', program);
    const image = await ensureGoImage(clonePaths(), { module, name: program });
    const container = {
      name: 'load',
      image,
      args: [step, ...where],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    };
    const name = `load-${step}`;
    await applyObject(this.#cluster, this.#path(name), {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace: this.#namespace,
        labels: { 'app.kubernetes.io/component': 'check' },
      },
      spec: {
        restartPolicy: 'Never',
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [container],
      },
    });
  }
}
