/**
 * Histories without secrets: payloads in them are base64, in which no search for texts looks. Pure.
 *
 * @module
 */
import { redactObject } from './object.js';

interface JsonPayload {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Keys of what Temporal calls and sorts things by. */
const naming = /(Id|Type|type|name|namespace|identity|Time|Token|Checksum|encoding|Status|Policy)$/;

/** A history as JSON, whose payloads were opened, redacted and closed again: it replays as before. */
export function redactHistory(json: string, redact: (text: string) => string): string {
  return `${JSON.stringify(within(JSON.parse(json), redact), undefined, 1)}\n`;
}

function within(value: unknown, redact: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => within(item, redact));
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isPayload(value)) return { ...value, data: redactData(value, redact) };
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      typeof member === 'string' && naming.test(key) ? member : within(member, redact),
    ]),
  );
}

function isPayload(value: object): value is JsonPayload {
  const { metadata, data } = value as Partial<JsonPayload>;
  return typeof metadata === 'object' && metadata !== null && typeof data === 'string';
}

function redactData({ metadata, data }: JsonPayload, redact: (text: string) => string): string {
  const encoding = Buffer.from(metadata['encoding'] ?? '', 'base64').toString();
  const bytes = Buffer.from(data, 'base64');
  const text = bytes.toString('utf8');
  // Whatever is no text was encrypted, or is no word of ours.
  if (!Buffer.from(text).equals(bytes)) return data;
  const redacted =
    encoding === 'json/plain' ? JSON.stringify(redactObject(JSON.parse(text), redact)) : redact(text);
  return Buffer.from(redacted).toString('base64');
}
