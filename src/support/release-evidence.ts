/**
 * Status and manifests of Helm's releases; Secrets in manifests appear with keys and sizes alone.
 *
 * @module
 */
import type { Evidence } from './evidence.js';
import { readRevision } from './helm-releases.js';
import type { HelmRevision } from './helm-releases.js';
import { helmReleaseType, isSecret, withoutValues } from '../kubernetes/secrets/values.js';
import type { Secret } from '../kubernetes/secrets/values.js';

/** @returns every revision, oldest first by release */
export function gatherReleases(secrets: readonly Secret[], evidence: Evidence): HelmRevision[] {
  const revisions: HelmRevision[] = [];
  for (const secret of secrets.filter(({ type }) => type === helmReleaseType)) {
    try {
      revisions.push(readRevision(secret));
    } catch (error) {
      evidence.missing(`the release in Secret ${secret.metadata.name}`, String(error));
    }
  }
  revisions.sort((one, other) => one.name.localeCompare(other.name) || one.revision - other.revision);
  const statuses: Omit<HelmRevision, 'objects'>[] = [];
  for (const { objects, ...status } of revisions) {
    statuses.push(status);
    const shown = objects.map((object) => (isSecret(object) ? withoutValues(object) : object));
    evidence.addObjects(`helm/manifests/${status.name}-${status.revision}.yaml`, ...shown);
  }
  evidence.addObjects('helm/releases.yaml', statuses);
  return revisions;
}
