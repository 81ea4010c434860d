/**
 * What Helm keeps of a release in its Secret.
 *
 * @module
 */
import { gunzipSync } from 'node:zlib';
import { type ScalarTag, parseAllDocuments } from 'yaml';
import type { Values } from '../../stack/plan/plan-types.js';
import { coalesceValues } from '../../stack/plan/values/merge.js';
import { defined } from '../../util/defined.js';
import { unlessAbsent } from '../api/errors.js';
import { secretsPath } from './releases.js';
import type { Rest } from '../api/rest.js';
import type { Secret } from '../secrets/values.js';

/** A release as Helm stores it; of its fields those that are read. */
export interface StoredRelease {
  readonly name: string;
  readonly version: number;
  readonly manifest?: string;
  /** Values that it was given. */
  readonly config?: Values;
  readonly chart?: {
    readonly metadata?: { readonly name?: string; readonly version?: string };
    /** The chart's own values. */
    readonly values?: Values;
    /** What lies beside its templates, in base64. */
    readonly files?: readonly { readonly name: string; readonly data?: string }[] | null;
  };
  readonly info?: {
    readonly status?: string;
    readonly description?: string;
    readonly first_deployed?: string;
    readonly last_deployed?: string;
  };
  readonly hooks?: readonly {
    readonly name?: string;
    readonly manifest?: string;
    readonly last_run?: { readonly phase?: string; readonly started_at?: string };
  }[];
}

/** @throws Error if the Secret holds no release */
export function readStoredRelease({ metadata, data }: Secret): StoredRelease {
  const encoded = Buffer.from(data?.['release'] ?? '', 'base64').toString();
  if (encoded === '') throw new Error(`the Secret ${metadata.name} holds no release`);
  return JSON.parse(gunzipSync(Buffer.from(encoded, 'base64')).toString()) as StoredRelease;
}

/** The manifest of a revision, hooks apart. @param secret - that holds it @throws KubernetesError; Error if it holds no release */
export async function readManifest(
  rest: Rest,
  namespace: string,
  secret: string,
  signal: AbortSignal,
): Promise<string> {
  return (await fetchRelease(rest, namespace, secret, signal)).manifest ?? '';
}

/** The values of a revision over those of its chart. @param secret - that holds it @throws KubernetesError; Error if it holds no release */
export async function readValues(
  rest: Rest,
  namespace: string,
  secret: string,
  signal?: AbortSignal,
): Promise<Values> {
  const { chart, config } = await fetchRelease(rest, namespace, secret, signal);
  return coalesceValues(chart?.values ?? {}, config ?? {});
}

async function fetchRelease(
  rest: Rest,
  namespace: string,
  secret: string,
  signal?: AbortSignal,
): Promise<StoredRelease> {
  const path = `${secretsPath(namespace)}/${secret}`;
  return readStoredRelease(await rest.json<Secret>({ path, ...(signal && { signal }) }));
}

/** What a removal must know of a revision, for once it is gone nobody does. */
export interface RemovalContents {
  /** The objects of its manifest. */
  readonly named: readonly ManifestObject[];
  /** The hooks, those of `helm test` among them. */
  readonly hooks: readonly ManifestObject[];
  /** Names of the custom resources' definitions in the chart's `crds/`. */
  readonly definitions: readonly string[];
}

/** Of a revision that is gone already, nothing. @throws KubernetesError; Error if the Secret holds no release */
export async function readRemovalContents(
  rest: Rest,
  namespace: string,
  secret: string,
  signal: AbortSignal,
): Promise<RemovalContents> {
  const stored = await unlessAbsent(() => fetchRelease(rest, namespace, secret, signal));
  const hooks = (stored?.hooks ?? []).flatMap(
    ({ manifest = '' }) => documentsOf(manifest) as ManifestDocument[],
  );
  const definitions = (stored?.chart?.files ?? [])
    .filter(({ name }) => name.startsWith('crds/'))
    .flatMap(
      ({ data = '' }) => documentsOf(Buffer.from(data, 'base64').toString()) as Partial<ManifestDocument>[],
    )
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .flatMap(({ metadata }) => metadata?.name ?? []);
  const named = manifestObjects(stored?.manifest ?? '');
  return { named, hooks: hooks.map(namedObject), definitions };
}

/** An object of a manifest, or a hook, by name. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Default: that of the release. */
  readonly namespace?: string;
}

/** The objects of a manifest: all, or those of some kinds, of which the others are not even parsed. */
export function manifestObjects(manifest: string, kinds?: readonly string[]): ManifestObject[] {
  const wanted = new RegExp(`^kind: *["']?(${[...(kinds ?? []), 'List'].join('|')})["']? *(#.*)?$`, 'm');
  return manifest
    .split(/^---.*$/m)
    .filter((document) => !kinds || wanted.test(document))
    .flatMap((document) => documentsOf(document) as ManifestDocument[])
    .flatMap((document) => (document.kind === 'List' ? (document.items ?? []) : [document]))
    .filter(({ kind }) => !kinds || kinds.includes(kind))
    .map(namedObject);
}

/** For people, of a release of that namespace: `ClusterRole/minio`, `Role/reader in kube-system`. */
export function nameIn(
  releaseNamespace: string,
  { kind, name, namespace = releaseNamespace }: Pick<ManifestObject, 'kind' | 'name' | 'namespace'>,
): string {
  return `${kind}/${name}${namespace === releaseNamespace ? '' : ` in ${namespace}`}`;
}

/** An object of a manifest by its name. */
export function namedObject({
  apiVersion,
  kind,
  metadata: { name, namespace },
}: ManifestDocument): ManifestObject {
  return { apiVersion, kind, name, ...defined({ namespace }) };
}

/** As it stands in a manifest. */
export interface ManifestDocument {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly items?: readonly ManifestDocument[];
}

/** Words of YAML 1.1, as which Helm reads what is not quoted: an image called `y` is none. */
const oldBoolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (word) => /^(?:y|on)/i.test(word),
};

/** The objects of a manifest. */
export function documentsOf(manifest: string): unknown[] {
  return parseAllDocuments(manifest, { customTags: (tags) => [...tags, oldBoolean] })
    .map((document) => document.toJS() as unknown)
    .filter((document) => document !== null && document !== undefined);
}
