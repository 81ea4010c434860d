/**
 * Texts with their escapes taken away, and where each character stood before. Pure.
 *
 * @module
 */

/** A text made from another one. */
export interface View {
  readonly text: string;
  /** Where each character of the text begins in what it was made from; undefined if nothing was changed. */
  readonly starts?: Uint32Array;
  /** Where each ends. */
  readonly ends?: Uint32Array;
}

/** What one escape stands for. */
interface Escape {
  readonly pattern: string;
  /** The characters that it stands for, each with its length in the source. */
  readonly decode: (escape: string) => readonly (readonly [string, number])[];
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** By the format that they come from. */
export const escapes = {
  /** Also Go's `\u0026`. */
  unicode: {
    pattern: String.raw`\\u[0-9a-fA-F]{4}`,
    decode: (escape) => [[String.fromCharCode(Number.parseInt(escape.slice(2), 16)), escape.length]],
  },
  hexBytes: { pattern: String.raw`(?:\\x[0-9a-fA-F]{2})+`, decode: (escape) => bytes(escape, 4) },
  backslash: {
    pattern: String.raw`\\[nrtbf"'\\/]`,
    decode: (escape) => [[controls[escape.charAt(1)] ?? escape.charAt(1), 2]],
  },
  percent: { pattern: '(?:%[0-9a-fA-F]{2})+', decode: (escape) => bytes(escape, 3) },
  xml: {
    pattern: '&(?:amp|lt|gt|quot|apos|#\\d{1,7}|#[xX][0-9a-fA-F]{1,6});',
    decode: (escape) => [[entity(escape.slice(1, -1)), escape.length]],
  },
} as const satisfies Readonly<Record<string, Escape>>;

export type EscapeName = keyof typeof escapes;

export const escapeNames = Object.keys(escapes) as EscapeName[];

/** Finds escapes of some formats, each in a group of its name; nothing if there are none. */
export function escapePattern(names: readonly EscapeName[]): RegExp {
  const parts = names.map((name) => `(?<${name}>${escapes[name].pattern})`);
  return new RegExp(parts.length === 0 ? '(?!)' : parts.join('|'), 'g');
}

function entity(name: string): string {
  if (!name.startsWith('#')) return named[name] ?? '';
  const isHex = /^#x/i.test(name);
  const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}

/** Bytes of UTF-8, each written with so many characters, as its characters. */
function bytes(escape: string, width: number): (readonly [string, number])[] {
  const raw = escape.match(new RegExp(`.{${width}}`, 'gs')) ?? [];
  const all = raw.map((each) => Number.parseInt(each.slice(-2), 16));
  const result: (readonly [string, number])[] = [];
  for (let index = 0; index < all.length;) {
    const length = Math.min(lengthOf(all[index] ?? 0), all.length - index);
    result.push([Buffer.from(all.slice(index, index + length)).toString('utf8'), length * width]);
    index += length;
  }
  return result;
}

/** How many bytes a character of UTF-8 has, by its first. */
function lengthOf(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}

/**
 * Takes away one level of escapes; undefined if there are none.
 *
 * @param pattern - of {@link escapePattern}
 */
export function unescaped(view: View, pattern: RegExp): View | undefined {
  const { text } = view;
  if (text.search(pattern) === -1) return undefined;
  const build = new Builder(view);
  let end = 0;
  for (const { 0: escape, index, groups = {} } of text.matchAll(pattern)) {
    build.copy(end, index);
    const name = escapeNames.find((each) => groups[each] !== undefined);
    let at = index;
    for (const [character, length] of name === undefined ? [] : escapes[name].decode(escape)) {
      build.put(character, at, at + length);
      at += length;
    }
    end = index + escape.length;
  }
  build.copy(end, text.length);
  return build.done();
}

/** Without line breaks, and whatever other white space stands in it: base64 and long texts are wrapped. */
export function unwrapped(view: View): View | undefined {
  const { text } = view;
  if (!/\s/.test(text)) return undefined;
  const build = new Builder(view);
  for (const { 0: part, index } of text.matchAll(/\S+/g)) build.copy(index, index + part.length);
  return build.done();
}

/** A segment of a view as one of what the view was made from. */
export function sourceOf(view: View, start: number, end: number): { start: number; end: number } {
  return { start: view.starts?.[start] ?? start, end: view.ends?.[end - 1] ?? end };
}

/** Makes a view of a view, which is never longer. */
class Builder {
  readonly #from: View;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  #text = '';

  constructor(from: View) {
    this.#from = from;
    this.#starts = new Uint32Array(from.text.length);
    this.#ends = new Uint32Array(from.text.length);
  }

  copy(start: number, end: number): void {
    const { text, starts, ends } = this.#from;
    const at = this.#text.length;
    if (starts && ends) {
      this.#starts.set(starts.subarray(start, end), at);
      this.#ends.set(ends.subarray(start, end), at);
    } else {
      for (let index = start; index < end; index += 1) {
        this.#starts[at + index - start] = index;
        this.#ends[at + index - start] = index + 1;
      }
    }
    this.#text += text.slice(start, end);
  }

  /** Characters that stand for a segment of what it is made from. */
  put(characters: string, start: number, end: number): void {
    const source = sourceOf(this.#from, start, end);
    const at = this.#text.length;
    this.#starts.fill(source.start, at, at + characters.length);
    this.#ends.fill(source.end, at, at + characters.length);
    this.#text += characters;
  }

  done(): View {
    const { length } = this.#text;
    return {
      text: this.#text,
      starts: this.#starts.subarray(0, length),
      ends: this.#ends.subarray(0, length),
    };
  }
}
