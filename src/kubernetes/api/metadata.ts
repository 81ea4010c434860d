/** @module */
import { unlessAbsent } from './errors.js';
import type { KubernetesObject } from './objects.js';
import { type Rest, metadataOnly } from './rest.js';

/** An object without its content; undefined if it is not there. @throws KubernetesError */
export async function readMetadata(
  rest: Rest,
  path: string,
  signal?: AbortSignal,
): Promise<KubernetesObject | undefined> {
  const request = { path, accept: metadataOnly.one, ...(signal && { signal }) };
  return await unlessAbsent(() => rest.json<KubernetesObject>(request));
}
