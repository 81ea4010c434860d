/**
 * Credentials of a Secret that are replaced: for a while it holds the new ones and the old ones.
 *
 * @module
 */
import { randomInt } from 'node:crypto';

import type { Rotation } from '../../stack/plan/plan-types.js';
import { isKubernetesError } from '../api/errors.js';
import { Patch, type Rest } from '../api/rest.js';
import { secretsPath } from '../releases/releases.js';
import type { Secret } from './values.js';

/** Our name as a writer. */
const fieldManager = 'bigdata-rotate';

/** What any program takes, on a command line and in a URL, too. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Characters that a new value has at least. */
const shortest = 20;

/**
 * Gives the keys new random values, and keeps the old ones, all at once.
 *
 * @returns false if there are old ones already, of a rotation that did not come to its end: then nothing is changed
 * @throws KubernetesError, `notFound` if there is no such Secret
 */
export async function addCredentials(rest: Rest, namespace: string, rotation: Rotation): Promise<boolean> {
  for (;;) {
    const secret = await rest.json<Secret>({ path: pathOf(namespace, rotation) });
    const pairs = Object.entries(rotation.keys);
    const data = secret.data ?? {};
    // The same values twice are what is left where the new ones got lost.
    if (pairs.some(([key, previous]) => data[previous] !== undefined && data[previous] !== data[key]))
      return false;
    const changed = pairs.flatMap(([key, previous]) => {
      const old = data[key] ?? '';
      const length = Math.max(shortest, Buffer.from(old, 'base64').length);
      return [
        [key, Buffer.from(randomText(length)).toString('base64')],
        [previous, old],
      ];
    });
    try {
      await patch(rest, namespace, rotation, {
        metadata: { resourceVersion: secret.metadata.resourceVersion },
        data: Object.fromEntries(changed) as Record<string, string>,
      });
      return true;
    } catch (error) {
      // Somebody else wrote to it meanwhile: what to do is looked up anew.
      if (!isKubernetesError(error, 'conflict')) throw error;
    }
  }
}

/** Takes the old values away; fine if there are none. @throws KubernetesError */
export async function removePreviousCredentials(
  rest: Rest,
  namespace: string,
  rotation: Rotation,
): Promise<void> {
  const data = Object.fromEntries(Object.values(rotation.keys).map((previous) => [previous, null]));
  await patch(rest, namespace, rotation, { data });
}

async function patch(rest: Rest, namespace: string, rotation: Rotation, body: object): Promise<void> {
  await rest.json({
    method: 'PATCH',
    path: pathOf(namespace, rotation),
    query: { fieldManager },
    contentType: Patch.merge,
    body,
  });
}

function pathOf(namespace: string, { secret }: Rotation): string {
  return `${secretsPath(namespace)}/${secret}`;
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
