/**
 * Looks for secret values in texts, in every form in which they may stand there.
 *
 * @module
 */
import type { Rest } from '../../src/kubernetes/api/rest.js';
import { formsOf } from '../../src/redaction/forms.js';
import { readSecretValues } from '../../src/kubernetes/secrets/read.js';
import type { SecretValue } from '../../src/redaction/redactor.js';

/** A text that must hold no secret. */
export interface Searched {
  /** For people: where the text is from. */
  readonly source: string;
  readonly text: string;
}

/** The values of a namespace's Secrets, which must be some, else a search finds nothing by itself. */
export async function secretsOf(rest: Rest, namespace: string): Promise<SecretValue[]> {
  const values = await readSecretValues(rest, namespace);
  if (values.length === 0) {
    throw new Error(`there is no Secret in ${namespace}`);
  }
  return values;
}

/** `SOURCE: SECRET/KEY` for everything that was found. */
export function findSecretsIn(texts: readonly Searched[], values: readonly SecretValue[]): string[] {
  const patterns = values.map(({ secret, key, bytes }) => ({
    label: `${secret}/${key}`,
    forms: formsOf(bytes),
  }));
  return texts.flatMap(({ source, text }) => {
    const opened = `${text}\n${openedPayloads(text)}`;
    return patterns
      .filter(({ forms }) => forms.some((form) => opened.includes(form)))
      .map(({ label }) => `${source}: ${label}`);
  });
}

/** What the payloads of a history say; nothing where the text is no JSON. */
function openedPayloads(text: string): string {
  try {
    return payloadsIn(JSON.parse(text)).join('\n');
  } catch {
    return '';
  }
}

function payloadsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const { data } = value as { readonly data?: unknown };
  const own = typeof data === 'string' ? [Buffer.from(data, 'base64').toString()] : [];
  return [...own, ...Object.values(value).flatMap(payloadsIn)];
}
