/**
 * Status and manifests of Helm's releases; Secrets in manifests appear with keys and sizes alone.
 *
 * @module
 */
import type { Bundle } from './bundle.js';
import { readRevision } from './helm-releases.js';
import type { HelmRevision } from './helm-releases.js';
import { helmReleaseType, isSecret, withoutValues } from '../kubernetes/secrets/values.js';
import type { Secret } from '../kubernetes/secrets/values.js';

/** @returns every revision, oldest first by release */
export function collectReleases(secrets: readonly Secret[], bundle: Bundle): HelmRevision[] {
  const revisions: HelmRevision[] = [];
  for (const secret of secrets.filter(({ type }) => type === helmReleaseType)) {
    try {
      revisions.push(readRevision(secret));
    } catch (error) {
      bundle.missing(`the release in Secret ${secret.metadata.name}`, String(error));
    }
  }
  revisions.sort((one, other) => one.name.localeCompare(other.name) || one.revision - other.revision);
  const statuses: Omit<HelmRevision, 'objects'>[] = [];
  for (const { objects, ...status } of revisions) {
    statuses.push(status);
    const shown = objects.map((object) => (isSecret(object) ? withoutValues(object) : object));
    bundle.addObjects(`helm/manifests/${status.name}-${status.revision}.yaml`, ...shown);
  }
  bundle.addObjects('helm/releases.yaml', statuses);
  return revisions;
}
