/**
 * Objects as they are in manifests, results and histories, without secrets. Pure.
 *
 * @module
 */
import { holdsSecret, isReference } from './keys.js';
import { shortest } from './search.js';
import { mask } from './text.js';

/** Keys of what an object is called and sorted by, which tell nothing else. */
const naming: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'labels',
  'matchLabels',
  'ownerReferences',
  'release',
  'component',
  'digest',
  'ground',
  'claims',
  'needs',
  'revision',
  'phase',
  'state',
  'status',
  'type',
  'why',
  'where',
]);

/** Whether something has texts that say more than names do. */
export function holdsText(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsText);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).some(([key, member]) => !naming.has(key) && holdsText(member));
  return typeof value === 'string' && value.length >= shortest;
}

/**
 * A copy without the values of keys such as `rootPassword`, nor those of environment variables with such a name, nor what
 * stands below such keys; all other texts are redacted.
 */
export function redactObject(value: unknown, redact: (text: string) => string, secret = false): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => redactObject(item, redact, secret || isSecretOption(value[index - 1])));
  if (typeof value === 'object' && value !== null) {
    const { name } = value as { readonly name?: unknown };
    const named = typeof name === 'string' && holdsSecret(name);
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        if (naming.has(key) && !secret) return [key, member];
        const isSecret =
          holdsSecret(key) || (key === 'value' && (named || secret)) || (secret && !isReference(key));
        return [key, redactObject(member, redact, isSecret)];
      }),
    );
  }
  if (typeof value === 'string') return secret && value !== '' ? masked(value, redact) : redact(value);
  // A status code or a count is none.
  return secret && typeof value === 'number' && String(value).length >= shortest ? mask : value;
}

/** `--password`, before what it is given. */
function isSecretOption(argument: unknown): boolean {
  return typeof argument === 'string' && /^--?[\w.-]+$/.test(argument) && holdsSecret(argument);
}

/** What is told of a value in its place. */
const size = /^\d+ bytes$/;

/** Whose secret it is may be told where that is known, and how large it is. */
function masked(value: string, redact: (text: string) => string): string {
  if (size.test(value)) return value;
  const told = redact(value);
  return /^\[secret [^\]]*\]$/.test(told) ? told : mask;
}
