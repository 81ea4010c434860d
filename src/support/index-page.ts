/**
 * The first page of a bundle: what happened, and what is where.
 *
 * @module
 */
import type { Gap } from './bundle.js';
import type { BundleFile } from './redacted.js';
import type { Versions } from './collect-machine.js';

export interface IndexInput {
  readonly title: string;
  readonly createdAt: string;
  readonly versions: Versions;
  /** Lines on how the stack stands. */
  readonly summary: readonly string[];
  /** Why components failed, as text for people; empty if none did. */
  readonly causes: string;
  readonly files: readonly BundleFile[];
  readonly gaps: readonly Gap[];
  /** False if the values of Secrets are not known, so that they cannot have been replaced. */
  readonly redacted: boolean;
}

/** What files are, by the beginning of their path, in the order in which they are worth reading. */
const contents: readonly (readonly [path: string, what: string])[] = [
  ['status', 'what is installed and proven, what runs (`bigdata status`)'],
  ['plan', 'what the stack file asks for, with final values (`bigdata plan`)'],
  ['doctor', 'prerequisites and processes of this machine (`bigdata doctor`)'],
  ['versions', 'of everything that takes part'],
  ['events', 'events of the namespace, oldest first'],
  ['pods/', 'a folder a pod: description with its events, logs, logs before the last restart'],
  ['objects/', 'objects of the namespace, nodes, volumes; Secrets with keys and sizes alone'],
  ['helm/', "status of every revision of Helm's releases, and its manifest"],
  [
    'histories/',
    'a folder an operation, newest first: `bigdata replay FILE` and `temporal` read them; `*.pending.json` is what runs now',
  ],
  ['logs/', 'the last part of the logs of worker, Temporal and the local cluster'],
];

/** Markdown. */
export function renderIndex(input: IndexInput): string {
  const sections = [
    `# ${input.title}`,
    `Collected at ${input.createdAt} by \`bigdata support-bundle\`.`,
    input.redacted
      ? 'Values of Secrets are replaced by `[secret NAME/KEY]`, those of keys that look like passwords by `…`. Other values of your own, such as names and addresses, are as they were.'
      : '**The Secrets could not be read, so their values could not be looked for: read before you share it.** Values of keys that look like passwords are replaced by `…`.',
    '## Summary',
    [...input.summary, ...Object.entries(input.versions).map(([name, text]) => `${name}: ${text}`)]
      .map((line) => `- ${line}`)
      .join('\n'),
    '## Causes',
    input.causes === '' ? 'No component is known to have failed.' : fenced(input.causes),
    '## What is where',
    renderContents(input.files),
    '## What is missing',
    input.gaps.length === 0
      ? 'Nothing.'
      : input.gaps.map(({ what, why }) => `- ${what}: ${oneLine(why)}`).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function renderContents(files: IndexInput['files']): string {
  const listed = contents.flatMap(([start, what]) => {
    const own = files.filter(({ path }) => path.startsWith(start));
    return own.length === 0
      ? []
      : [`- ${what}`, ...own.map(({ path, text }) => `  - [${path}](${encodeURI(path)}), ${size(text)}`)];
  });
  return listed.join('\n');
}

/** More backticks than the text has in a row. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}

function size(text: string): string {
  const bytes = Buffer.byteLength(text);
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, '; ');
}
