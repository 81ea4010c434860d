/**
 * The forms in which a secret value may stand in a text, apart from escapes, which are taken away before. Pure.
 *
 * @module
 */
import { escapeNames, escapePattern, unescaped } from './escapes.js';
import { shortest } from './search.js';

/** Characters of a line that is looked for apart from the rest of its value, e.g. of an indented certificate. */
const shortestLine = 12;

/** How often something may have been escaped: JSON in JSON in JSON. */
export const mostLevels = 4;

const anyEscape = escapePattern(escapeNames);

/**
 * The value itself, each longer line of it, as an HTML form writes it, in hex, and its base64: alone, and as part of something
 * longer, e.g. `user:password` of a basic authorization.
 */
export function formsOf(bytes: Buffer): string[] {
  const forms = [...textForms(bytes), ...hexForms(bytes), ...base64Forms(bytes)];
  return [...new Set(forms)].filter((form) => form.length >= shortest);
}

function textForms(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) return [];
  const trimmed = text.trim();
  const lines = trimmed
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= shortestLine);
  return [text, trimmed, ...lines]
    .flatMap((form) => (form.length < shortest ? [] : [form, ...decodedForms(form)]))
    .flatMap((form) => [form, form.replaceAll(' ', '+'), form.replaceAll(/\s/g, '')]);
}

/** What becomes of a value that looks escaped itself, when escapes are taken away. */
function decodedForms(text: string): string[] {
  const forms: string[] = [];
  for (let view = unescaped({ text }, anyEscape); view && forms.length < mostLevels;) {
    forms.push(view.text);
    view = unescaped({ text: view.text }, anyEscape);
  }
  return forms;
}

function hexForms(bytes: Buffer): string[] {
  if (bytes.length < shortest) return [];
  const hex = bytes.toString('hex');
  return [hex, hex.toUpperCase()];
}

function base64Forms(bytes: Buffer): string[] {
  if (bytes.length < shortest) return [];
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
