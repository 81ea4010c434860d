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
  /** A Secret, mounted at `/credentials`; for a Go program. */
  readonly secret?: string;
  /** Where it runs if it is not a Go program, which has an image of its own. */
  readonly home?: LoadHome;
}

/** A program that runs with what the component's image has. */
export interface LoadHome {
  /** Has the image. */
  readonly pod: string;
  /** What it consists of, which lies in `/load`. @param folder - of the program */
  readonly files: (folder: string) => Promise<Readonly<Record<string, Buffer>>>;
  readonly command: readonly string[];
  readonly env?: readonly object[];
  /** A ConfigMap, and where it is mounted. */
  readonly configuration: { readonly name: string; readonly mountPath: string };
}

/** The part of a pod that depends on the program's language. */
interface Runs {
  readonly container: object;
  readonly volumes: readonly object[];
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
    const { home, program } = this.#program;
    if (home !== undefined) await this.#applyFiles(await home.files(fixture(program)));
    await this.#apply('run');
    await expect.poll(() => this.phaseOf(this.#podOf('run')), patience).toBe('Running');
  }

  /** Tells it to stop; gives what it found in the end. */
  async stop(): Promise<Record<string, number>> {
    await this.#apply('stop');
    return await this.result();
  }

  /** What it finds in the end, whoever told it to stop. */
  async result(): Promise<Record<string, number>> {
    const pod = this.#podOf('run');
    await expect.poll(() => this.phaseOf(pod), patience).toBe('Succeeded');
    const log = await rawLog(this.#cluster.rest, { namespace: this.#namespace, pod, lines: 200 });
    // Libraries may have last words.
    const told = log.split('\n').findLast((line) => line.startsWith('{'));
    if (told === undefined) throw new Error(`the client says nothing of what it found:\n${log}`);
    return JSON.parse(told) as Record<string, number>;
  }

  /** Of any pod in the namespace; undefined if there is none of this name. */
  async phaseOf(pod: string): Promise<string | undefined> {
    return (await this.#pod(pod))?.status?.phase;
  }

  #podOf(step: 'run' | 'stop'): string {
    return `${this.#program.program}-${step}`;
  }

  #pod(name: string): Promise<Pod | undefined> {
    return readObject<Pod>(this.#cluster, this.#path('pods', name));
  }

  #path(kind: 'pods' | 'configmaps', name: string): string {
    return `/api/v1/namespaces/${this.#namespace}/${kind}/${name}`;
  }

  async #applyFiles(files: Readonly<Record<string, Buffer>>): Promise<void> {
    const { program } = this.#program;
    await applyObject(this.#cluster, this.#path('configmaps', program), {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: program, namespace: this.#namespace },
      binaryData: Object.fromEntries(
        Object.entries(files).map(([name, content]) => [name, content.toString('base64')]),
      ),
    });
  }

  async #runs(step: 'run' | 'stop'): Promise<Runs> {
    const { program, where, home, secret } = this.#program;
    if (home === undefined) {
      const image = await ensureGoImage(clonePaths(), { module: fixture(program), name: program });
      const name = 'credentials';
      return {
        container: {
          image,
          args: [step, ...where],
          volumeMounts: secret === undefined ? [] : [{ name, mountPath: `/${name}` }],
        },
        volumes: secret === undefined ? [] : [{ name, secret: { secretName: secret } }],
      };
    }
    const { configuration, command, env } = home;
    return {
      container: {
        image: (await this.#pod(home.pod))?.spec?.containers?.[0]?.image,
        command: [...command, step, ...where],
        env,
        volumeMounts: [
          { name: 'load', mountPath: '/load' },
          { name: 'configuration', mountPath: configuration.mountPath },
        ],
      },
      volumes: [
        { name: 'load', configMap: { name: program } },
        { name: 'configuration', configMap: { name: configuration.name } },
      ],
    };
  }

  async #apply(step: 'run' | 'stop'): Promise<void> {
    const { container, volumes } = await this.#runs(step);
    const name = this.#podOf(step);
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    await applyObject(this.#cluster, this.#path('pods', name), {
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
        containers: [{ name: 'load', ...container, securityContext }],
        volumes,
      },
    });
  }
}

/** The folder of a program. */
function fixture(name: string): string {
  return join(import.meta.dirname, '..', 'fixtures', name);
}
