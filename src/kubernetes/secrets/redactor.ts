/**
 * Replaces secret values in texts.
 *
 * @module
 */
import { needlesOf, shortestValue } from './needles.js';
import type { SecretValue } from './values.js';

/** Gives a text without secret values. */
export type Redact = (text: string) => string;

interface Match {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/**
 * Replaces every value of at least {@link shortestValue} characters by `[secret NAME/KEY]`. Values that overlap in a text
 * are replaced together, so that no rest of one stays.
 */
export function makeRedactor(values: readonly SecretValue[]): Redact {
  const labels = new Map<string, string>();
  for (const { secret, key, bytes } of values.filter((value) => value.bytes.length >= shortestValue)) {
    for (const needle of needlesOf(bytes)) {
      const label = `${secret}/${key}`;
      const known = labels.get(needle)?.split(', ') ?? [];
      labels.set(needle, known.includes(label) ? known.join(', ') : [...known, label].join(', '));
    }
  }
  return (text) => replaceMatches(text, merged(matchesIn(text, labels)));
}

function matchesIn(text: string, labels: ReadonlyMap<string, string>): Match[] {
  const matches: Match[] = [];
  for (const [needle, label] of labels) {
    for (let start = text.indexOf(needle); start !== -1; start = text.indexOf(needle, start + 1)) {
      matches.push({ start, end: start + needle.length, label });
    }
  }
  // Of those that begin together, the longest names the place.
  return matches.toSorted((one, other) => one.start - other.start || other.end - one.end);
}

function merged(matches: readonly Match[]): Match[] {
  const result: Match[] = [];
  for (const match of matches) {
    const previous = result.at(-1);
    if (previous === undefined || match.start >= previous.end) {
      result.push(match);
    } else if (match.end > previous.end) {
      result[result.length - 1] = { ...previous, end: match.end, label: `${previous.label}, ${match.label}` };
    }
  }
  return result;
}

function replaceMatches(text: string, matches: readonly Match[]): string {
  let result = '';
  let end = 0;
  for (const match of matches) {
    result += `${text.slice(end, match.start)}[secret ${match.label}]`;
    end = match.end;
  }
  return result + text.slice(end);
}
