/**
 * The local cluster that end-to-end tests use, with activities bound to it.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Activities, Heartbeat } from '../../src/activities/contract.js';
import { createActivities } from '../../src/activities/index.js';
import { type Helm, createHelm } from '../../src/helm/helm.js';
import { type Cluster, connect } from '../../src/kubernetes/api/connect.js';
import { isKubernetesError } from '../../src/kubernetes/api/errors.js';
import type { KubernetesObject } from '../../src/kubernetes/api/objects.js';
import { Patch } from '../../src/kubernetes/api/rest.js';
import { helmPrograms } from '../../src/local/binaries.js';
import { clonePaths } from '../../src/paths.js';
import { ensureActorImage } from './actor.js';

export interface RealCluster {
  readonly cluster: Cluster;
  readonly helm: Helm;
  readonly activities: Activities;
  /** Path of the Helm program. */
  readonly helmProgram: string;
  /** Reference of the actor's image. */
  readonly image: string;
  close(): Promise<void>;
}

/**
 * Binds activities to the cluster of KUBECONFIG, or to this clone's.
 *
 * @param ownerPatience - milliseconds after which a Helm that writes nothing is taken for dead
 */
export async function useRealCluster({ ownerPatience = 12_000 } = {}): Promise<RealCluster> {
  const paths = clonePaths();
  const kubeconfig = process.env['KUBECONFIG'] ?? join(paths.state, 'kubeconfig');
  const home = await mkdtemp(join(tmpdir(), 'bigdata-helm-'));
  const programs = await helmPrograms(paths, () => {});
  const helm = createHelm({ ...programs, home, kubeconfig });
  const cluster = await connect({ kubeconfig });
  return {
    cluster,
    helm,
    helmProgram: programs.binary,
    activities: createActivities({ helm, kubernetes: cluster, ownerPatience }),
    image: await ensureActorImage(paths),
    close: () => rm(home, { recursive: true, force: true }),
  };
}

/** Failures are what many of these tests are about. */
const logger = new DefaultLogger('ERROR');

/** One attempt at an activity, as a worker would run it. */
export interface RunningActivity<T> {
  readonly result: Promise<T>;
  readonly heartbeats: Heartbeat[];
  cancel(): void;
}

/** Starts an activity outside any workflow. */
export function startActivity<I, T>(
  activity: (input: I) => Promise<T>,
  input: I,
  previous?: Heartbeat,
): RunningActivity<T> {
  const environment = new MockActivityEnvironment(
    {
      // As different operations have it: an attempt of the same one may find its work done.
      workflowExecution: { workflowId: 'test', runId: randomUUID() },
      ...(previous === undefined ? {} : { heartbeatDetails: previous }),
    },
    { logger },
  );
  const heartbeats: Heartbeat[] = [];
  environment.on('heartbeat', (beat: Heartbeat) => heartbeats.push(beat));
  const result = environment.run(activity, input) as Promise<T>;
  return { result, heartbeats, cancel: () => environment.cancel('CANCELLED') };
}

/** Runs an activity to its end. */
export async function run<I, T>(activity: (input: I) => Promise<T>, input: I): Promise<T> {
  return await startActivity(activity, input).result;
}

/** Creates or changes an object by server-side apply. */
export async function applyObject({ rest }: Cluster, path: string, object: object): Promise<void> {
  await rest.json({
    method: 'PATCH',
    path,
    query: { fieldManager: 'test', force: true },
    contentType: Patch.apply,
    body: object,
  });
}

/** Reads an object; undefined if there is none. */
export async function readObject<T extends KubernetesObject>(
  { rest }: Cluster,
  path: string,
): Promise<T | undefined> {
  try {
    return await rest.json<T>({ path });
  } catch (error) {
    if (isKubernetesError(error, 'notFound')) {
      return undefined;
    }
    throw error;
  }
}

/** Deletes a namespace and waits until it is gone. */
export async function dropNamespace(cluster: Cluster, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  await cluster.rest.deleteIfThere(path, undefined, AbortSignal.timeout(30_000));
  while ((await readObject(cluster, path)) !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
