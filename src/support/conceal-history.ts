/**
 * Histories without secrets: payloads in them are base64, in which no search for texts looks.
 *
 * @module
 */
import { concealObject } from './conceal-object.js';
import type { Redact } from '../kubernetes/secrets/redactor.js';

interface JsonPayload {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

/** A history as JSON, whose payloads were opened, cleaned and closed again: it replays as before. */
export function concealHistory(json: string, redact: Redact): string {
  return `${JSON.stringify(conceal(JSON.parse(json), redact), undefined, 1)}\n`;
}

function conceal(value: unknown, redact: Redact): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => conceal(item, redact));
  }
  if (typeof value === 'string') {
    return redact(value);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (isPayload(value)) {
    return { ...value, data: concealData(value, redact) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, conceal(member, redact)]));
}

function isPayload(value: object): value is JsonPayload {
  const { metadata, data } = value as Partial<JsonPayload>;
  return typeof metadata === 'object' && metadata !== null && typeof data === 'string';
}

function concealData({ metadata, data }: JsonPayload, redact: Redact): string {
  const encoding = Buffer.from(metadata['encoding'] ?? '', 'base64').toString();
  if (encoding !== 'json/plain') {
    return redact(data);
  }
  const text = JSON.stringify(concealObject(JSON.parse(Buffer.from(data, 'base64').toString())));
  return Buffer.from(redact(text)).toString('base64');
}
