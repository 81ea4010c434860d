/**
 * Pods that are to read Secrets as they are now. What their workload reads is written down there; where nothing else replaces its
 * pods, its template is marked, and they are replaced in its own order.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';

import { type Resource, pathOf } from '../../kubernetes/api/discovery.js';
import { unlessAbsent } from '../../kubernetes/api/errors.js';
import type { Workload } from '../../kubernetes/api/objects.js';
import { Patch, type Rest } from '../../kubernetes/api/rest.js';
import { lastingKindOf } from '../../kubernetes/releases/lasting-kinds.js';
import {
  type ManifestObject,
  manifestObjects,
  readManifest,
} from '../../kubernetes/releases/release-contents.js';
import { type WorkloadKind, isObserved, readinessOf } from '../../kubernetes/releases/readiness.js';
import { isYounger, readSecret } from '../../kubernetes/releases/rotated-secrets.js';
import { type SecretReference, secretReferences } from '../../kubernetes/secrets/references.js';
import {
  type SecretRead,
  type SecretsRead,
  readNow,
  secretsReadAnnotation,
  secretsReadManager,
  secretsReadOf,
} from '../../kubernetes/secrets/secrets-read.js';
import { Observer } from '../../kubernetes/api/watch.js';
import type { Attempt } from '../attempt.js';

/** A revision of a release. */
interface At {
  readonly namespace: string;
  /** Name of the Secret that holds it. */
  readonly secret: string;
}

/** A workload that reads Secrets. */
interface Reader {
  readonly resource: Resource;
  readonly workload: Workload;
  readonly references: readonly SecretReference[];
  /** What a pod would have read that started at that moment. */
  readonly reads: SecretsRead;
  /** Those that were written after the workload was made. */
  readonly young: ReadonlySet<string>;
  /** Those that the release makes itself, before its workloads. */
  readonly own: ReadonlySet<string>;
}

/** The workloads that read Secrets, by path, with what these were. */
export type SecretReaders = ReadonlyMap<string, Reader>;

const kinds = ['StatefulSet', 'Deployment', 'DaemonSet'];

/** Those of a revision, as they are now. To be asked before a release changes. @throws KubernetesError */
export async function secretReaders(
  rest: Rest,
  { namespace, secret }: At,
  signal: AbortSignal,
): Promise<SecretReaders> {
  const manifest = (await unlessAbsent(() => readManifest(rest, namespace, secret, signal))) ?? '';
  // Of most that have none, nothing is parsed.
  if (!/\b(secret|secretRef|secretKeyRef|secretName)["']?\s*:/.test(manifest)) return new Map();
  const own = new Set(manifestObjects(manifest, ['Secret']).map(({ name }) => name));
  const found = manifestObjects(manifest, kinds).map((each) =>
    readerOf(rest, { namespace, own }, each, signal),
  );
  return new Map((await Promise.all(found)).flat());
}

async function readerOf(
  rest: Rest,
  release: { readonly namespace: string; readonly own: ReadonlySet<string> },
  { apiVersion, kind, name, namespace = release.namespace }: ManifestObject,
  signal: AbortSignal,
): Promise<(readonly [path: string, reader: Reader])[]> {
  const resource = lastingKindOf(kind, apiVersion);
  if (resource === undefined) return [];
  const path = pathOf(resource, namespace, name);
  const workload = await unlessAbsent(() => rest.json<Workload>({ path, signal }));
  const references = secretReferences(workload?.spec?.template);
  if (workload === undefined || references.length === 0) return [];
  const reads: Record<string, SecretRead> = {};
  const young = new Set<string>();
  for (const reference of references) {
    const found = await readSecret(rest, namespace, reference.secret, signal);
    const read = found === 'unseen' ? undefined : await readNow(found, reference);
    if (read) reads[reference.secret] = read;
    if (typeof found === 'object' && isYounger(found, workload)) young.add(reference.secret);
  }
  return [[path, { resource, workload, references, reads, young, own: release.own }]];
}

/**
 * To be called after the release changed.
 *
 * @param before - by {@link secretReaders}; none where the change may have been made by an attempt that died
 * @throws KubernetesError
 */
export async function restartForSecrets(
  rest: Rest,
  at: At,
  before: SecretReaders,
  { signal, tell }: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  for (const [path, reader] of await secretReaders(rest, at, signal)) {
    const { workload, resource } = reader;
    const { restartFor, reads } = settle(reader, before.get(path));
    if (isDeepStrictEqual(secretsReadOf(workload.metadata), reads)) continue;
    if (restartFor.length > 0) {
      tell({
        detail: `restarting the pods of ${resource.kind} ${workload.metadata.name}, as Secret ${restartFor.join(', ')} changed`,
      });
    }
    await patch(rest, path, patchOf(reads, restartFor), signal);
  }
}

/**
 * Writes down what the pods of an installed and proven release have read of Secrets of which nothing is known: they came after it, and
 * its pods waited for them. To the end of that it counts as ready again: an annotation is a new generation of a Deployment.
 *
 * @throws KubernetesError, or the signal's reason
 */
export async function noteSecretsRead(rest: Rest, at: At, signal: AbortSignal): Promise<void> {
  for (const [path, { resource, workload, reads }] of await secretReaders(rest, at, signal)) {
    const known = secretsReadOf(workload.metadata);
    const all = { ...reads, ...known };
    if (isDeepStrictEqual(known, all)) continue;
    await awaitObserved(rest, resource, await patch(rest, path, patchOf(all, []), signal), signal);
  }
}

/** Waits until a workload's controller has seen what was written to it, or somebody deletes it. */
async function awaitObserved(
  rest: Rest,
  resource: Resource,
  written: Workload,
  signal: AbortSignal,
): Promise<void> {
  const { metadata } = written;
  if (isObserved(resource.kind as WorkloadKind, written)) return;
  const source = {
    path: pathOf(resource, metadata.namespace),
    fieldSelector: `metadata.name=${metadata.name}`,
  };
  const observer = await Observer.start(rest, { workload: source }, signal);
  try {
    for (;;) {
      const { version } = observer;
      const [now] = observer.list<Workload>('workload');
      if (now === undefined || isObserved(resource.kind as WorkloadKind, now)) return;
      await observer.changed(version, Infinity);
    }
  } finally {
    observer.close();
  }
}

/**
 * What pods of a workload have read, or will have, and for which Secrets they are to be restarted. Pure.
 *
 * @param before - it, before it was changed; undefined if it was not there, or nobody knows
 */
export function settle(
  reader: Reader,
  before: Reader | undefined,
): { readonly restartFor: readonly string[]; readonly reads: SecretsRead } {
  const { workload, references, reads } = reader;
  const known = secretsReadOf(workload.metadata) ?? {};
  const isReplaced =
    before !== undefined && !isDeepStrictEqual(before.workload.spec?.template, workload.spec?.template);
  // Else pods of an earlier template may be there, and stay should it come back.
  const wasWhole = before !== undefined && isWhole(before);
  const restartFor: string[] = [];
  const settled = references.flatMap((reference): [string, SecretRead][] => {
    const { secret } = reference;
    const [now, then] = [reads[secret], known[secret]];
    // Of a Secret that is gone, pods know what they have read: another one of its name may come.
    if (now === undefined || (now.digest === '' && then !== undefined)) return then ? [[secret, then]] : [];
    const isKnown = then === undefined ? !reader.young.has(secret) : then.digest === now.digest;
    const isMixed = isReplaced && !wasWhole && then?.before !== undefined && then.before !== now.digest;
    if (isKnown && !isMixed) {
      const rest = then?.before === undefined || isWhole(reader) ? {} : { before: then.before };
      return [[secret, { ...now, ...rest }]];
    }
    if (isReplaced && wasWhole) {
      // A pod that started meanwhile has read what there was when the change began, or something newer.
      const isSame = before.references.some((each) => isDeepStrictEqual(each, reference));
      const since = isSame && !reader.own.has(secret) ? before.reads[secret] : undefined;
      return [[secret, { ...(since ?? now), ...(then ? { before: then.digest } : {}) }]];
    }
    restartFor.push(secret);
    return [[secret, now]];
  });
  return { restartFor, reads: Object.fromEntries(settled) };
}

/** Whether all pods of a workload are of its template. */
function isWhole({ resource, workload }: Pick<Reader, 'resource' | 'workload'>): boolean {
  return readinessOf(resource.kind as WorkloadKind, workload).ready;
}

async function patch(rest: Rest, path: string, body: object, signal: AbortSignal): Promise<Workload> {
  const query = { fieldManager: secretsReadManager };
  return await rest.json({ method: 'PATCH', path, query, contentType: Patch.merge, body, signal });
}

function patchOf(reads: SecretsRead, restartFor: readonly string[]): object {
  const metadata = { annotations: { [secretsReadAnnotation]: JSON.stringify(reads) } };
  if (restartFor.length === 0) return { metadata };
  const versions = restartFor.map((secret) => `${secret}@${reads[secret]?.version}`).join(',');
  const template = { metadata: { annotations: { [secretsReadAnnotation]: versions } } };
  return { metadata, spec: { template } };
}
