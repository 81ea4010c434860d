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
import { readSecret } from '../../kubernetes/releases/rotated-secrets.js';
import { type SecretReference, secretReferences } from '../../kubernetes/secrets/references.js';
import {
  type SecretRead,
  type SecretsRead,
  readNow,
  secretsReadAnnotation,
  secretsReadManager,
  secretsReadOf,
} from '../../kubernetes/secrets/secrets-read.js';
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
  if (!/\b(secret|secretRef|secretKeyRef|secretName):/.test(manifest)) return new Map();
  const found = manifestObjects(manifest, kinds).map((each) => readerOf(rest, namespace, each, signal));
  return new Map((await Promise.all(found)).flat());
}

async function readerOf(
  rest: Rest,
  releaseNamespace: string,
  { apiVersion, kind, name, namespace = releaseNamespace }: ManifestObject,
  signal: AbortSignal,
): Promise<(readonly [path: string, reader: Reader])[]> {
  const resource = lastingKindOf(kind, apiVersion);
  if (resource === undefined) return [];
  const path = pathOf(resource, namespace, name);
  const workload = await unlessAbsent(() => rest.json<Workload>({ path, signal }));
  const references = secretReferences(workload?.spec?.template);
  if (workload === undefined || references.length === 0) return [];
  const reads = references.map(async (reference): Promise<(readonly [string, SecretRead])[]> => {
    const read = await readNow(await readSecret(rest, namespace, reference.secret, signal), reference);
    return read === undefined ? [] : [[reference.secret, read]];
  });
  const known = Object.fromEntries((await Promise.all(reads)).flat());
  return [[path, { resource, workload, references, reads: known }]];
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
    await rest.json({
      method: 'PATCH',
      path,
      query: { fieldManager: secretsReadManager },
      contentType: Patch.merge,
      body: patchOf(reads, restartFor),
      signal,
    });
  }
}

/**
 * What pods of a workload have read, or will have, and for which Secrets they are to be restarted. Pure.
 *
 * @param before - it, before it was changed; undefined if it was not there, or nobody knows
 */
export function settle(
  { workload, references, reads }: Omit<Reader, 'resource'>,
  before: Omit<Reader, 'resource'> | undefined,
): { readonly restartFor: readonly string[]; readonly reads: SecretsRead } {
  const known = secretsReadOf(workload.metadata);
  const isReplaced =
    before !== undefined && !isDeepStrictEqual(before.workload.spec?.template, workload.spec?.template);
  if (known === undefined || isReplaced) {
    // A pod that started meanwhile has read what there was when the change began, or something newer.
    const since = references
      .filter((each) => before?.references.some((earlier) => isDeepStrictEqual(earlier, each)))
      .flatMap(({ secret }): [string, SecretRead][] => {
        const read = before?.reads[secret];
        return read === undefined ? [] : [[secret, read]];
      });
    return { restartFor: [], reads: { ...reads, ...Object.fromEntries(since) } };
  }
  // Of a Secret that is gone, pods know what they have read: another one of its name may come.
  const gone = references.flatMap(({ secret }): [string, SecretRead][] =>
    reads[secret] === undefined && known[secret] !== undefined ? [[secret, known[secret]]] : [],
  );
  const restartFor = Object.entries(reads)
    .filter(([secret, { digest }]) => known[secret] !== undefined && known[secret].digest !== digest)
    .map(([secret]) => secret);
  return { restartFor, reads: { ...reads, ...Object.fromEntries(gone) } };
}

function patchOf(reads: SecretsRead, restartFor: readonly string[]): object {
  const metadata = { annotations: { [secretsReadAnnotation]: JSON.stringify(reads) } };
  if (restartFor.length === 0) return { metadata };
  const versions = restartFor.map((secret) => `${secret}@${reads[secret]?.version}`).join(',');
  const template = { metadata: { annotations: { [secretsReadAnnotation]: versions } } };
  return { metadata, spec: { template } };
}
