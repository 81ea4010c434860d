/** @module */
import { isKubernetesError } from '../api/errors.js';
import type { Rest } from '../api/rest.js';
import { listAll } from '../api/list.js';
import { helmReleaseType, valuesOf } from './values.js';
import type { Secret } from './values.js';
import type { SecretValue } from '../../redaction/redactor.js';

/**
 * The values of a namespace's Secrets, without Helm's releases; none where this user may not read them: an operation must not
 * fail for want of that right.
 *
 * @throws KubernetesError for other failures, or the signal's reason
 */
export async function readSecretValues(
  rest: Rest,
  namespace: string,
  signal?: AbortSignal,
): Promise<SecretValue[]> {
  const source = {
    path: `/api/v1/namespaces/${namespace}/secrets`,
    fieldSelector: `type!=${helmReleaseType}`,
  };
  try {
    return (await listAll<Secret>(rest, source, signal)).items.flatMap(valuesOf);
  } catch (error) {
    if (isKubernetesError(error, 'forbidden', 'notFound')) return [];
    throw error;
  }
}
