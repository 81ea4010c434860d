/**
 * Helm's releases, read from the Secrets in which Helm keeps them: without Helm, and also where it would refuse.
 *
 * @module
 */
import { gunzipSync } from 'node:zlib';

import { parseAllDocuments } from 'yaml';

import type { Secret } from '../kubernetes/secrets/values.js';

/** One revision of a release. */
export interface HelmRevision {
  readonly name: string;
  readonly revision: number;
  readonly chart: string;
  /** Helm's word, e.g. `deployed`. */
  readonly status: string;
  readonly description: string;
  readonly firstDeployed: string;
  readonly lastDeployed: string;
  readonly hooks: readonly HelmHook[];
  /** Objects of the manifest, those of hooks included. */
  readonly objects: readonly unknown[];
}

/** A hook, and how it went the last time. */
export interface HelmHook {
  readonly name: string;
  readonly phase: string;
  readonly startedAt: string;
}

interface StoredRelease {
  readonly name: string;
  readonly version: number;
  readonly manifest?: string;
  readonly chart?: { readonly metadata?: { readonly name?: string; readonly version?: string } };
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
export function readRevision({ metadata, data }: Secret): HelmRevision {
  const encoded = Buffer.from(data?.['release'] ?? '', 'base64').toString();
  if (encoded === '') {
    throw new Error(`the Secret ${metadata.name} holds no release`);
  }
  const stored = JSON.parse(gunzipSync(Buffer.from(encoded, 'base64')).toString()) as StoredRelease;
  const { info = {}, hooks = [], chart } = stored;
  const manifests = [stored.manifest ?? '', ...hooks.map(({ manifest = '' }) => manifest)];
  return {
    name: stored.name,
    revision: stored.version,
    chart: `${chart?.metadata?.name ?? ''}-${chart?.metadata?.version ?? ''}`,
    status: info.status ?? '',
    description: info.description ?? '',
    firstDeployed: info.first_deployed ?? '',
    lastDeployed: info.last_deployed ?? '',
    hooks: hooks.map(({ name = '', last_run: run }) => ({
      name,
      phase: run?.phase ?? '',
      startedAt: run?.started_at ?? '',
    })),
    objects: manifests.flatMap(documentsOf),
  };
}

/** The objects of a manifest. */
export function documentsOf(manifest: string): unknown[] {
  return parseAllDocuments(manifest)
    .map((document) => document.toJS() as unknown)
    .filter((document) => document !== null && document !== undefined);
}
