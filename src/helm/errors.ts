/**
 * What Helm says when it fails, sorted by what one can do about it.
 *
 * @module
 */

import { notYetReady } from '../kubernetes/api/errors.js';
import { shorten } from '../util/shorten.js';

/** Characters of a message. */
const longestMessage = 600;

/** Kinds of failure, constant for programs. */
export type HelmErrorKind =
  | 'missing' // the program itself
  | 'unreachable' // no answer from the API server
  | 'conflict' // somebody else wrote at the same time
  | 'pending' // another operation holds the release
  | 'notFound' // no such release
  | 'chart' // the chart cannot be read or rendered
  | 'values' // the chart's schema refuses the values
  | 'forbidden'
  | 'immutable' // a field that cannot be changed in place
  | 'port' // of a node, taken by another Service
  | 'foreign' // an object of that name belongs to somebody else
  | 'invalid' // the API server refuses an object
  | 'hook' // a hook of the chart failed
  | 'timeout'
  | 'cancelled'
  | 'unknown';

/** A call of Helm that failed. */
export class HelmError extends Error {
  readonly kind: HelmErrorKind;
  /** Helm's last lines. */
  readonly lines: readonly string[];

  constructor(kind: HelmErrorKind, message: string, options: { lines?: readonly string[] } = {}) {
    super(message);
    this.name = 'HelmError';
    this.kind = kind;
    this.lines = options.lines ?? [];
  }
}

/** What Helm's standard error says. */
export function errorOf(standardError: string): HelmError {
  const text = reasoned(standardError);
  return new HelmError(classify(text), messageOf(text), { lines: linesOf(text).slice(-20) });
}

/** By the first pattern that matches: the more telling ones stand first. Texts are those of Helm 4.1 and of the API server. */
const patterns: readonly (readonly [HelmErrorKind, RegExp])[] = [
  [
    'pending',
    /another operation \(install\/upgrade\/rollback\) is in progress|has no deployed releases.*pending/i,
  ],
  [
    'foreign',
    /invalid ownership metadata|cannot be imported into the current release|cannot be owned|cannot reuse a name/i,
  ],
  ['port', /provided port is already allocated/i],
  ['values', /values don't meet the specifications of the schema|schema validation/i],
  // Which may tell of an unexpected EOF, too.
  ['chart', /parse error at \(/i],
  // The API server cannot read the object: an integer where it wants text, a field that it does not know.
  [
    'invalid',
    /failed to create typed patch object|cannot unmarshal \w+ into Go |field not declared in schema|cannot be handled as a \w+/i,
  ],
  [
    'unreachable',
    /cluster unreachable|connection refused|connection reset|broken pipe|no such host|no route to host|i\/o timeout|connection timed out|TLS handshake timeout|\bEOF\b|network is unreachable|client connection lost|server sent GOAWAY|closed network connection|server closed idle connection|etcdserver: (request timed out|leader changed)|the server (is currently unable|was unable)|service unavailable|too many requests|Internal error occurred/i,
  ],
  // An API server that has just started calls it forbidden.
  ['unreachable', notYetReady],
  // The hook of before is still going: Helm does not always wait for that.
  [
    'conflict',
    /hook (pre|post)-\w+ \S+ failed: [\w.]+ "[^"]+" is invalid: .*(field is immutable|updates may not change)/i,
  ],
  [
    'immutable',
    /field is immutable|Forbidden: updates to (statefulset|\w+) spec for fields other than|may not change once set|is immutable after creation|is invalid: spec\.selector/i,
  ],
  ['forbidden', /is forbidden:|forbidden: User|Unauthorized|You must be logged in/i],
  [
    'conflict',
    /the object has been modified|Operation cannot be fulfilled|already exists|object is being deleted|Apply failed with \d+ conflict/i,
  ],
  [
    'hook',
    /(pre|post)-(install|upgrade|delete|rollback)( hooks?)?.*failed|failed (pre|post)-(install|delete)|hook .* failed/i,
  ],
  ['notFound', /release: not found|Release not loaded/i],
  [
    'chart',
    /Chart\.yaml file is missing|path ".*" not found|no such file or directory|parse error|execution error at|template: |executing ".+" at <|nil pointer evaluating|YAML parse error|error converting YAML|chart requires kubeVersion|found in Chart\.yaml, but missing|no chart provided|no matches for kind|ensure CRDs are installed|unable to build kubernetes objects|validation: chart/i,
  ],
  [
    'invalid',
    /is invalid:|admission webhook|denied the request|unable to decode|unknown field|strict decoding error|exceeded quota/i,
  ],
  ['timeout', /timed out waiting|context deadline exceeded|client rate limiter/i],
];

/** The kind of failure, by Helm's standard error. */
export function classify(standardError: string): HelmErrorKind {
  return patterns.find(([, pattern]) => pattern.test(standardError))?.[0] ?? 'unknown';
}

/** A template that Helm names in a message, by the chart's name: `(queue/templates/set.yaml:12:20)`. */
export function templateIn(message: string): { readonly file: string; readonly line: number } | undefined {
  const [, file, line] = /[\w.-]+\/(templates\/[\w./-]+):(\d+)/.exec(message) ?? [];
  return file === undefined ? undefined : { file, line: Number(line) };
}

/** What Helm advises to who types its commands. */
const advice = 'Use --debug flag to render out invalid YAML';

/** Helm's message for people: what stands after `Error:`, in one line, without the log's prefixes. */
export function messageOf(standardError: string): string {
  const lines = linesOf(standardError);
  const start = lines.findIndex((line) => line.startsWith('Error:'));
  const message = (start === -1 ? lines.slice(-1) : lines.slice(start))
    .filter((line) => line !== advice)
    .join(' ')
    .replace(/^Error: /, '');
  return shorten(message, longestMessage);
}

/** A line of Helm's log that tells why it could not delete a release. */
const whyNotDeleted =
  /^level=DEBUG msg="uninstall: Failed to delete release" error=("(?:[^"\\]|\\.)*"|\S+)$/m;

/** Standard error with the reason where Helm leaves it out, and without the rest of its log. */
export function reasoned(standardError: string): string {
  const [, quoted] = whyNotDeleted.exec(standardError) ?? [];
  const told = standardError.replaceAll(/^level=DEBUG .*\n?/gm, '');
  if (quoted === undefined) return told;
  const reason = unquoted(quoted).replace(/^\[([^]*)\]$/, '$1');
  return told.replace(/^(Error: failed to delete release: .*)$/m, (line) => `${line}: ${reason}`);
}

/** As Go quotes in logs. */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  return text
    .slice(1, -1)
    .replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? ' ' : character));
}

/** Non-empty lines. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
