/**
 * Masks values whose keys look like passwords, in objects as they are in manifests and histories.
 *
 * @module
 */
import { concealSecrets } from '../kubernetes/logs.js';
import { holdsSecret } from '../stack/values/secrets.js';

/** What stands in place of a masked value. */
const mask = '…';

/**
 * A copy without the values of keys such as `rootPassword`, nor those of environment variables with such a name; the lines
 * of texts are masked as those of logs are.
 */
export function concealObject(value: unknown, secret = false): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => concealObject(item, secret));
  }
  if (typeof value === 'object' && value !== null) {
    const { name } = value as { readonly name?: unknown };
    const named = typeof name === 'string' && holdsSecret(name);
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        concealObject(member, holdsSecret(key) || (key === 'value' && named)),
      ]),
    );
  }
  if (typeof value === 'string') {
    return secret && value !== '' ? mask : concealText(value);
  }
  return secret && typeof value === 'number' ? mask : value;
}

/** Masks line by line. */
export function concealText(text: string): string {
  return text.split('\n').map(concealSecrets).join('\n');
}
