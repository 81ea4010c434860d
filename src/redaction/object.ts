/**
 * Objects as they are in manifests, results and histories, without secrets. Pure.
 *
 * @module
 */
import { holdsSecret, isReference } from './keys.js';
import { shortest } from './search.js';
import { redactedMark } from './text.js';

/** Keys of texts by which an object is called and sorted, which tell nothing else. */
const naming: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'release',
  'component',
  'digest',
  'dependenciesDigest',
  'claims',
  'revision',
  'phase',
  'state',
  'status',
  'type',
  'why',
  'where',
]);

/** Keys below which there are nothing but names. */
const names: ReadonlySet<string> = new Set(['labels', 'matchLabels', 'ownerReferences', 'needs']);

/** Keys below which people put whatever they like, under whatever key. */
const free: ReadonlySet<string> = new Set(['data', 'binaryData', 'annotations', 'values', 'facts']);

/** A name, also with a kind before it: `Pod data/db-0`. */
const nameLike = /^(?:[A-Za-z]+ )?[\w.:@/-]+$/;

function isNaming(key: string, member: unknown): boolean {
  return names.has(key) || (typeof member === 'string' && naming.has(key) && nameLike.test(member));
}

/** Whether something has texts that say more than names do. */
export function holdsText(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsText);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).some(
      ([key, member]) => free.has(key) || (!isNaming(key, member) && holdsText(member)),
    );
  return typeof value === 'string' && value.length >= shortest;
}

/**
 * A copy without the values of keys such as `rootPassword`, nor those of environment variables with such a name, nor what
 * stands below such keys; all other texts are redacted.
 */
export function redactObject(
  value: unknown,
  redact: (text: string) => string,
  { secret = false, isFree = false }: { readonly secret?: boolean; readonly isFree?: boolean } = {},
): unknown {
  if (Array.isArray(value))
    return value.map((item, index) =>
      redactObject(item, redact, { secret: secret || isSecretOption(value[index - 1]), isFree }),
    );
  if (typeof value === 'object' && value !== null) {
    const { name } = value as { readonly name?: unknown };
    const named = typeof name === 'string' && holdsSecret(name);
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        if (isNaming(key, member) && !secret && !isFree) return [key, member];
        const isSecret =
          holdsSecret(key) || (key === 'value' && (named || secret)) || (secret && !isReference(key));
        const below = { secret: isSecret, isFree: isFree || free.has(key) };
        return [key, redactObject(member, redact, below)];
      }),
    );
  }
  if (typeof value === 'string') return secret && value !== '' ? redactedValue(value, redact) : redact(value);
  // A status code or a count is none.
  return secret && typeof value === 'number' && String(value).length >= shortest ? redactedMark : value;
}

/** `--password`, before what it is given. */
function isSecretOption(argument: unknown): boolean {
  return typeof argument === 'string' && /^--?[\w.-]+$/.test(argument) && holdsSecret(argument);
}

/** What is told of a value in its place. */
const size = /^\d+ bytes$/;

/** Whose secret it is may be told where that is known, and how large it is. */
function redactedValue(value: string, redact: (text: string) => string): string {
  if (size.test(value)) return value;
  const told = redact(value);
  return /^\[secret [^\]]*\]$/.test(told) ? told : redactedMark;
}
