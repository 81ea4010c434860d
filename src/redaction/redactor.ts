/**
 * The one door by which texts leave: without secrets, whether they are known or only look like some. Pure.
 *
 * @module
 */
import { type Segment, merged, replaceSegments, secretSegments } from './assignments.js';
import {
  type EscapeName,
  type View,
  escapeNames,
  escapePattern,
  sourceOf,
  unescaped,
  unwrapped,
} from './escapes.js';
import { formsOf, mostLevels } from './forms.js';
import { isPublic } from './keys.js';
import { redactHistory } from './history.js';
import { redactObject } from './object.js';
import { Search, shortest } from './search.js';
import { redactText } from './text.js';

/** One value that must be found nowhere else. */
export interface SecretValue {
  readonly secret: string;
  readonly key: string;
  readonly bytes: Buffer;
}

/** Gives things without secrets. */
export interface Redactor {
  text(text: string): string;
  /** A copy of an object as JSON and YAML write it; names, labels and kinds stay. */
  object<T>(value: T): T;
  /** A history as JSON, which replays as before. */
  history(json: string): string;
}

/** What it looks through; all of it, but in tests. */
export interface Ways {
  readonly escapes: readonly EscapeName[];
  readonly wrapped: boolean;
  readonly base64: boolean;
  readonly parts: boolean;
  readonly patterns: boolean;
}

export const allWays: Ways = {
  escapes: escapeNames,
  wrapped: true,
  base64: true,
  parts: true,
  patterns: true,
};

/** In white space's absence, shorter ones would be found by chance. */
const shortestUnwrapped = 16;

/** How often base64 may be base64 of something that holds base64. */
const base64Levels = 2;

/** A segment of base64, which may be wrapped. */
const base64 = /[A-Za-z0-9+/_-]{8,}(?:\s*\n\s*[A-Za-z0-9+/_-]{4,})*={0,2}/g;

/** What was base64 indeed. */
const readable = /[\u0020-\u007E\s]{12}/;

interface Match extends Segment {
  readonly label: string;
}

/**
 * Replaces every value of at least {@link shortest} characters by `[secret NAME/KEY]`, in whatever form it stands there, and then
 * redacts what stands where secrets do. Values that overlap in a text are replaced together, so that no rest of one stays.
 */
export function makeRedactor(values: readonly SecretValue[], ways: Ways = allWays): Redactor {
  const labels = labelsOf(values, ways);
  const looking: Looking = {
    labels,
    search: new Search(labels.keys()),
    ways,
    escapes: escapePattern(ways.escapes),
  };
  const redact = (text: string): string => {
    const isClean = labels.size === 0 || text.length < shortest;
    const known = isClean ? text : replaced(text, matchesIn(text, looking));
    return ways.patterns ? redactText(known) : known;
  };
  return {
    text: redact,
    object: (value) => redactObject(value, redact) as typeof value,
    history: (json) => redactHistory(json, redact),
  };
}

/** What to look for, and whose it is. */
function labelsOf(values: readonly SecretValue[], ways: Ways): Map<string, string> {
  const labels = new Map<string, string>();
  for (const { secret, key, bytes } of values.flatMap((value) => (ways.parts ? partsOf(value) : [value]))) {
    const label = `${secret}/${key}`;
    for (const form of formsOf(bytes)) {
      const known = labels.get(form)?.split(', ') ?? [];
      labels.set(form, known.includes(label) ? known.join(', ') : [...known, label].join(', '));
    }
  }
  return labels;
}

/** The value, and what it gives to keys that hold secrets, e.g. a file of properties. */
function partsOf(value: SecretValue): SecretValue[] {
  const text = value.bytes.toString('utf8');
  if (isPublic(value.key, text.trim())) return [];
  const parts = secretSegments(text).map(({ start, end }) => text.slice(start, end).trim());
  const inner = parts.flatMap((part) => [
    part,
    part.replace(/^(["'])(.*)\1$/s, '$2'),
    // Of an address: whose it is, too, is no part of it elsewhere.
    part.replace(/^[\w.-]+:(?=\S+$)/, ''),
  ]);
  return [value, ...inner.map((part) => ({ ...value, bytes: Buffer.from(part) }))];
}

/** What a redactor looks with, made once. */
interface Looking {
  readonly labels: ReadonlyMap<string, string>;
  readonly search: Search;
  readonly ways: Ways;
  readonly escapes: RegExp;
}

function matchesIn(text: string, looking: Looking, levels: number = base64Levels): Match[] {
  const { labels, search, ways, escapes } = looking;
  const matches: Match[] = [];
  const add = (view: View, start: number, end: number, pattern: string) =>
    matches.push({ ...sourceOf(view, start, end), label: labels.get(pattern) ?? '' });
  let view: View | undefined = { text };
  for (let level = 0; view && level <= mostLevels; level += 1) {
    for (const { start, end, pattern } of search.in(view.text)) add(view, start, end, pattern);
    const flat = ways.wrapped ? unwrapped(view) : undefined;
    for (const { start, end, pattern } of flat ? search.in(flat.text) : [])
      if (flat && pattern.length >= shortestUnwrapped) add(flat, start, end, pattern);
    if (ways.base64 && levels > 0)
      for (const { 0: run, index } of view.text.matchAll(base64)) {
        const label = openings(run)
          .flatMap((opened) =>
            readable.test(opened)
              ? matchesIn(opened, looking, levels - 1)
              : search.in(opened).map(({ pattern }) => ({ label: labels.get(pattern) })),
          )
          .map((match) => match.label)[0];
        if (label !== undefined) matches.push({ ...sourceOf(view, index, index + run.length), label });
      }
    view = unescaped(view, escapes);
  }
  return matches;
}

/** What a segment of base64 says, wherever it begins. */
function openings(run: string): string[] {
  const text = run.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/');
  return [0, 1, 2, 3].map((skipped) => Buffer.from(text.slice(skipped), 'base64').toString('utf8'));
}

function replaced(text: string, matches: readonly Match[]): string {
  const together = merged(matches, (one, other) => ({
    ...one,
    end: other.end,
    label: one.label === other.label ? one.label : `${one.label}, ${other.label}`,
  }));
  return replaceSegments(text, together, ({ label }) => `[secret ${label}]`);
}
