/**
 * The forms in which a secret value may stand in a text.
 *
 * @module
 */

/** Shorter values are found everywhere by chance. */
export const shortestValue = 6;

/** Characters of a line that is looked for apart from the rest of its value, e.g. of an indented certificate. */
const shortestLine = 12;

/**
 * The value itself, as a string of JSON (also within another one), in an address, each longer line of it, and its
 * base64: alone, and as part of something longer, e.g. `user:password` of a basic authorization.
 */
export function needlesOf(bytes: Buffer): string[] {
  const forms = [...textForms(bytes), ...base64Forms(bytes)];
  return [...new Set(forms)].filter((form) => form.length >= shortestValue);
}

function textForms(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) {
    return [];
  }
  const trimmed = text.trim();
  const lines = trimmed
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= shortestLine);
  return [text, trimmed, ...lines].filter((form) => form.length >= shortestValue).flatMap(escapedForms);
}

function escapedForms(text: string): string[] {
  const once = escaped(text);
  return [text, once, escaped(once), encodeURIComponent(text)];
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function base64Forms(bytes: Buffer): string[] {
  if (bytes.length < shortestValue) {
    return [];
  }
  const whole = [bytes, Buffer.from(bytes.toString('utf8').trim())].map((each) => each.toString('base64'));
  const forms = [...whole, ...[0, 1, 2].map((before) => base64Within(bytes, before))];
  return forms
    .flatMap((form) => [form, form.replace(/=+$/, '')])
    .flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** The characters that are the same whatever stands before and after, where `before` bytes do (modulo 3). */
function base64Within(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor(((before + bytes.length) * 8) / 6);
  return text.slice(first, last);
}
