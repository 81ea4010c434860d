/**
 * Where a text gives something to a key that holds secrets. Pure.
 *
 * @module
 */

export interface Segment {
  readonly start: number;
  readonly end: number;
}

/** Where a word begins: else long words take minutes. */
const wordStart = String.raw`(?<![\w./-])`;

/** A key, which is no longer than this. */
const key = String.raw`(?<key>[\w.-]{0,200}?(?:(?<strong>pass(?:word|wd|phrase)|pwd|secret[-_.]?key|access[-_.]?key|private[-_.]?key|encryption[-_.]?key|api[-_.]?key|client[-_.]?secret|jaas\.config|props\.key|connection[-_.]?string)|secret|token|credentials?)[\w.-]{0,200}|(?:[\w.-]{0,200}[-_.])?(?:pass|dsn))`;

/** `password=x`, `"secretKey": "x"`, `fs.s3a.access.key = x`, `passwords => [x]`; quotes may be escaped. */
const assigned = new RegExp(
  String.raw`${wordStart}${key}(?<close>\\*["'])?(?<sign>\s*(?:=>|:=|=|:)\s*)`,
  'gi',
);

/** `--password x` */
const option = new RegExp(String.raw`(?<=(?:^|\s)--?)${key}\s+(?=[^\s-])`, 'gi');

/** `<password>x</password>` */
const element = new RegExp(String.raw`(?<=<(?:\w+:)?)${key}(?:\s[^<>]*)?>`, 'gi');

/** Hadoop's `<name>fs.s3a.secret.key</name><value>x</value>`. */
const property = new RegExp(String.raw`(?<=<name>\s{0,9})${key}\s*</name>\s*<value>`, 'gi');

/** `Authorization: Bearer x` */
const authorization = /(?:authorization|cookie)\\*["']?\s*[=:]\s*\\*["']?/gi;

/** `Bearer x`, wherever it stands. */
const scheme = /\b(?:bearer|basic)\s+(?=[\w+/=.~-]{8,})/gi;

/** The password, or the user with it, of `http://user:x@host`, and of `user:x@host`, but no `image:tag@sha256:…` and no `host:9093,1@host`. */
const inAddress = /(?<=:\/\/)[^\s/@:"'<>]*:(?!\d{1,5}\/)[^\s"'<>]{0,999}(?=@)/g;
const inName = /(?<![\w.:/@-])[a-z_][\w.-]*:(?!\/)(?!\d{1,5},)[^\s"'<>/]{1,999}(?=@(?!sha\d+:)[\w[])/gi;

/** What gives itself away: web tokens, access keys of clouds, private keys. */
const telling = [
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_\w{20,}/g,
  /\bxox[abprs]-[\w-]{10,}/g,
  /(?<=-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]+/g,
];

/** What follows a value on its line and is another key's. */
const nextKey = /(?<![\s,;&])[\s,;&]+["']?[\w.-]+["']?\s*(?:=>|=|:(?!\/\/))/;

/** Marks that something was there. */
const replaced = /^(?:…|\[secret [^\]\n]*\])/;

/** `Password.java:12` of a stack trace. */
const sourceFile = /\.(?:java|kt|scala|go|py|rb|[cm]?[jt]s|cc?|rs)$/i;

/** Before the name of an object, as Kubernetes writes it: `for volume "password" : secret "x" not found`. */
const objectName =
  /\b(?:volume|secret|configmap|container|pod|key|user|serviceaccount|persistentvolumeclaim)s? \\*["']$/i;

/** What has passwords among other things, on one line. */
const settings = /jaas\.config$/i;

/** A word of plain prose, as in `failed to fetch token: serviceaccounts "x" not found`. */
const prose = /^[a-z]+(?=[\s.,:;]|$)/;

/** Everything in a text that stands where secrets do; in the order of the text, overlapping ones as one. */
export function secretSegments(text: string): Segment[] {
  const segments = [
    ...assignedSegments(text),
    ...segmentsBehind(text, option, (start) => wordEnd(text, start)),
    ...segmentsBehind(text, element, (start) => until(text, start, '<')),
    ...segmentsBehind(text, property, (start) => until(text, start, '<')),
    ...segmentsBehind(text, authorization, (start) => quotedOrLineEnd(text, start)),
    ...segmentsBehind(text, scheme, (start) => wordEnd(text, start)),
    ...[inAddress, inName, ...telling].flatMap((pattern) =>
      [...text.matchAll(pattern)].map(({ 0: { length }, index }) => ({ start: index, end: index + length })),
    ),
  ];
  return merged(segments.filter(({ start, end }) => start < end && !replaced.test(text.slice(start, end))));
}

function segmentsBehind(text: string, pattern: RegExp, endOf: (start: number) => number): Segment[] {
  return [...text.matchAll(pattern)].map(({ 0: { length }, index }) => {
    const start = index + length;
    return { start, end: endOf(start) };
  });
}

function assignedSegments(text: string): Segment[] {
  let last = 0;
  return [...text.matchAll(assigned)].flatMap((match) => {
    // A key within a value is part of it.
    const found = match.index < last ? [] : assignedSegment(text, match);
    last = Math.max(last, ...found.map(({ end }) => end));
    return found;
  });
}

function assignedSegment(text: string, { 0: whole, index, groups = {} }: RegExpExecArray): Segment[] {
  const start = index + whole.length;
  const { sign = '', key: name = '' } = groups;
  if (sourceFile.test(name)) return [];
  if (settings.test(name)) return [{ start, end: until(text, start, '\n') }];
  // A YAML key without a value on its line is that of a block.
  const block = /^[|>][+-]?\d?[ \t]*\n/.exec(text.slice(start, start + 20));
  if (block) return blockBelow(text, index, start);
  if (/\n/.test(sign)) return blockBelow(text, index, start - sign.length);
  const before = text.slice(text.lastIndexOf('\n', index) + 1, index);
  if (objectName.test(before)) return [];
  const isProse = groups['strong'] === undefined && /^:\s/.test(sign.trimStart());
  if (isProse && prose.test(text.slice(start, start + 40)) && !/^[ \t"'-]*$/.test(before)) return [];
  if (replaced.test(text.slice(start, start + 200))) return [];
  return [{ start, end: valueEnd(text, start) }];
}

/** The lines below a YAML key that are indented deeper; nothing if the key stands in the middle of a line. */
function blockBelow(text: string, at: number, end: number): Segment[] {
  const lineStart = text.lastIndexOf('\n', at) + 1;
  const indent = text.slice(lineStart, at);
  if (!/^[ \t]*(?:- +)?["']?$/.test(indent)) return [];
  const start = text.indexOf('\n', end) + 1;
  let last = start;
  while (last < text.length) {
    const next = until(text, last, '\n');
    const line = text.slice(last, next);
    const depth = line.length - line.trimStart().length;
    if (line.trim() !== '' && depth <= indent.length && !line.trimStart().startsWith('- ')) break;
    last = Math.min(next + 1, text.length);
  }
  const first = start + (/^\s*/.exec(text.slice(start, last))?.[0].length ?? 0);
  return [{ start: first, end: text[last - 1] === '\n' ? last - 1 : last }];
}

/** Where a value ends: a quoted one with its quotes, a collection with its bracket, another one before the next key or the line's end. */
function valueEnd(text: string, start: number): number {
  const quote = /^(\\*)(["'])/.exec(text.slice(start, start + 10));
  if (quote) return quotedEnd(text, start + quote[0].length, quote[0]);
  if (/[[{]/.test(text.charAt(start))) return collectionEnd(text, start);
  const line = text.slice(start, until(text, start, '\n'));
  return start + (nextKey.exec(line)?.index ?? line.trimEnd().length);
}

/** Behind the quote that closes what one like it opened; the end of the text if none does. */
function quotedEnd(text: string, start: number, quote: string): number {
  for (let at = text.indexOf(quote, start); at !== -1; at = text.indexOf(quote, at + 1)) {
    const before = /\\*$/.exec(text.slice(start, at))?.[0].length ?? 0;
    // An escaped one is part of the value; YAML and SQL write a single quote twice.
    const isDoubled = quote === "'" && text.charAt(at + 1) === "'";
    if (isDoubled) at += 1;
    else if (quote.length > 1 ? before === 0 : before % 2 === 0) return at + quote.length;
  }
  return text.length;
}

function collectionEnd(text: string, start: number): number {
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '"' || character === "'") index = quotedEnd(text, index + 1, character) - 1;
    if (/[[{]/.test(character)) depth += 1;
    if (/[\]}]/.test(character) && (depth -= 1) === 0) return index + 1;
  }
  return text.length;
}

function quotedOrLineEnd(text: string, start: number): number {
  const opened = /(\\*["'])$/.exec(text.slice(Math.max(0, start - 10), start))?.[0];
  const line = until(text, start, '\n');
  if (opened === undefined) return line;
  const end = text.indexOf(opened, start);
  return end === -1 ? line : Math.min(end, line);
}

function wordEnd(text: string, start: number): number {
  const quote = /^["']/.exec(text.charAt(start))?.[0];
  if (quote !== undefined) return quotedEnd(text, start + 1, quote);
  return start + (/^\S*/.exec(text.slice(start))?.[0].length ?? 0);
}

function until(text: string, start: number, what: string): number {
  const end = text.indexOf(what, start);
  return end === -1 ? text.length : end;
}

/** A text with other words in the place of segments, which are in its order and do not overlap. */
export function replaceSegments<S extends Segment>(
  text: string,
  segments: readonly S[],
  wordsFor: (segment: S) => string,
): string {
  let result = '';
  let end = 0;
  for (const segment of segments) {
    result += text.slice(end, segment.start) + wordsFor(segment);
    end = segment.end;
  }
  return result + text.slice(end);
}

/** In order, overlapping ones as one. */
export function merged<S extends Segment>(
  segments: readonly S[],
  both: (one: S, other: S) => S = (one, other) => ({ ...one, end: Math.max(one.end, other.end) }),
): S[] {
  const result: S[] = [];
  for (const segment of segments.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const previous = result.at(-1);
    if (previous === undefined || segment.start >= previous.end) result.push(segment);
    else if (segment.end > previous.end) result[result.length - 1] = both(previous, segment);
  }
  return result;
}
