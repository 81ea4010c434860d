/**
 * Breaking objects and putting them right again.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../kubernetes/api/connect.js';
import { listResources, pathOf } from '../kubernetes/api/discovery.js';
import type { List, Pod } from '../kubernetes/api/objects.js';
import { Patch } from '../kubernetes/api/rest.js';
import type { Step } from './breakages.js';

type Json = Record<string, unknown>;

/** Puts right again what was broken. */
export type Repair = () => Promise<void>;

/** Does one step to an object of the namespace; gives what undoes it. */
export async function breakObject(cluster: Cluster, namespace: string, step: Step): Promise<Repair> {
  const { kind, name } = 'scale' in step ? step.scale : 'patch' in step ? step.patch : step.delete;
  const path = await pathOfObject(cluster, namespace, kind, name);
  const before = await cluster.rest.json<Json>({ path });
  if ('delete' in step) {
    await cluster.rest.deleteIfThere(path, undefined, AbortSignal.timeout(30_000));
    return async () => {
      await cluster.rest.json({
        method: 'POST',
        path: path.slice(0, path.lastIndexOf('/')),
        body: reborn(before),
      });
    };
  }
  const change = 'scale' in step ? { spec: { replicas: step.scale.replicas } } : step.patch.with;
  await merge(cluster, path, change);
  if ('scale' in step) await untilGone(cluster, namespace, before as unknown as Scaled, step.scale.replicas);
  return async () => {
    await merge(cluster, path, undoing(change, before));
  };
}

async function pathOfObject(
  { rest }: Cluster,
  namespace: string,
  kind: string,
  name: string,
): Promise<string> {
  const resource = (await listResources(rest)).find((candidate) => candidate.kind === kind);
  if (resource === undefined) {
    throw new Error(`breakages.yaml: the cluster knows no ${kind}`);
  }
  return pathOf(resource, namespace, name);
}

interface Scaled {
  readonly spec: { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } };
}

/** Waits until the workload has no more pods than that: one that ends its work first still serves. */
async function untilGone(
  { rest }: Cluster,
  namespace: string,
  { spec }: Scaled,
  replicas: number,
): Promise<void> {
  const labelSelector = Object.entries(spec.selector.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  for (;;) {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const { items } = await rest.json<List<Pod>>({ path, query: { labelSelector } });
    if (items.length <= replicas) return;
    await sleep(250);
  }
}

async function merge({ rest }: Cluster, path: string, body: Json): Promise<void> {
  await rest.json({ method: 'PATCH', path, contentType: Patch.merge, body });
}

/** The merge patch that brings back, wherever a patch touched an object, what was there before. */
function undoing(patch: Json, before: Json): Json {
  const undone = Object.entries(patch).map(([key, value]) => {
    const old = before[key] ?? null;
    return [key, isMapping(value) && isMapping(old) ? undoing(value, old) : old];
  });
  return Object.fromEntries(undone) as Json;
}

/** An object as it was, without what the API server gave it. */
function reborn(object: Json): Json {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _time,
    ...metadata
  } = object['metadata'] as Json;
  const { status: _status, ...rest } = object;
  return { ...rest, metadata };
}

function isMapping(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
