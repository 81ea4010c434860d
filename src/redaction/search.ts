/**
 * Looks for thousands of texts in one pass. Pure.
 *
 * @module
 */

export interface Found {
  readonly start: number;
  readonly end: number;
  /** What was found. */
  readonly pattern: string;
}

/** Shorter texts are found everywhere by chance, and are not looked for. */
export const shortest = 6;

const base = 257;
const leading = (base ** (shortest - 1) % 2 ** 32) | 0;

/** A mark that stands where a text was cut off. */
const cut = '…';

/** By a rolling hash of their first characters: it takes as long for one as for thousands. */
export class Search {
  readonly #byStart = new Map<string, string[]>();
  readonly #maybe = new Uint8Array(2 ** 16);

  constructor(all: Iterable<string>) {
    for (const pattern of all) {
      if (pattern.length < shortest) continue;
      const start = pattern.slice(0, shortest);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), pattern]);
      this.#maybe[slot(hashOf(start))] = 1;
    }
    for (const patterns of this.#byStart.values()) patterns.sort((a, b) => b.length - a.length);
  }

  /** The longest that begins at each place; also the beginning of one, if the text was cut off behind it. */
  in(text: string): Found[] {
    const found: Found[] = [];
    if (text.length < shortest) return found;
    let hash = hashOf(text);
    for (let start = 0; ; start += 1) {
      if (this.#maybe[slot(hash)] === 1) {
        const one = this.#at(text, start);
        if (one) found.push(one);
      }
      const next = start + shortest;
      if (next >= text.length) return found;
      const rest = (hash - Math.imul(text.charCodeAt(start), leading)) | 0;
      hash = (Math.imul(rest, base) + text.charCodeAt(next)) | 0;
    }
  }

  #at(text: string, start: number): Found | undefined {
    const patterns = this.#byStart.get(text.slice(start, start + shortest)) ?? [];
    for (const pattern of patterns) {
      if (text.startsWith(pattern, start)) return { start, end: start + pattern.length, pattern };
      const end = text.indexOf(cut, start);
      const isCut = end !== -1 && end - start < pattern.length && pattern.startsWith(text.slice(start, end));
      if (isCut) return { start, end, pattern };
    }
    return undefined;
  }
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < shortest; index += 1)
    hash = (Math.imul(hash, base) + text.charCodeAt(index)) | 0;
  return hash;
}

function slot(hash: number): number {
  return ((hash >>> 16) ^ hash) & 0xff_ff;
}
