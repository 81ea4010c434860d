/**
 * Helm's releases, read from the Secrets in which Helm keeps them: without Helm, and also where it would refuse.
 *
 * @module
 */
import { documentsOf, readStoredRelease } from '../kubernetes/releases/release-contents.js';
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

/** @throws Error if the Secret holds no release */
export function readRevision(secret: Secret): HelmRevision {
  const stored = readStoredRelease(secret);
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
