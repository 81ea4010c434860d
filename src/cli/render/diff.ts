/**
 * How the objects of a component change.
 *
 * @module
 */
import { redactText } from '../../redaction/text.js';
import { type Shrink, describeShrink } from '../../stack/plan/shrinks.js';
import type { ObjectChange } from '../platform/platform.js';
import type { Style } from './style.js';

/** What a unified diff begins with; coloured by the first that fits. */
const paints: readonly (readonly [start: string, paint: keyof Style])[] = [
  ['---', 'strong'],
  ['+++', 'strong'],
  ['@@', 'busy'],
  ['+', 'good'],
  ['-', 'bad'],
];

/**
 * The unified diffs of a component's objects, or why there are none.
 *
 * @param all - also of what is folded: pods of checks, and objects of which labels of the chart alone change
 */
export function renderDiff(
  component: string,
  changes: readonly ObjectChange[] | Error,
  style: Style,
  all = false,
): string {
  const name = style.strong(component);
  if (changes instanceof Error) {
    return `${name} cannot be rendered, so what changes is not shown: ${reasonOf(changes)}\n`;
  }
  if (changes.length === 0) {
    return `${name}: no object changes\n`;
  }
  const shown = changes.filter(({ folded }) => all || folded === undefined);
  const title = `${name} changes ${changes.length === 1 ? 'one object' : `${changes.length} objects`}:\n`;
  return [
    title,
    ...shown.map((change) => paintedDiff(change, style)),
    ...foldedLines(
      changes.filter((change) => !shown.includes(change)),
      style,
    ),
  ].join('');
}

const foldedTitles = {
  check: 'pods of checks',
  labels: 'but for labels of chart and version the same',
} as const;

/** The names of what is folded, a line each kind. */
function foldedLines(changes: readonly ObjectChange[], style: Style): string[] {
  return (['check', 'labels'] as const).flatMap((kind) => {
    const names = changes.filter(({ folded }) => folded === kind).map(({ object }) => object);
    return names.length === 0
      ? []
      : [`${style.faint(`${foldedTitles[kind]} (--all shows them):`)} ${names.join(', ')}\n`];
  });
}

/** What is somebody else's of a component that is taken over, and how it changes. */
export function renderAdoption(component: string, changes: readonly ObjectChange[], style: Style): string {
  const title = `${style.strong(component)} is somebody else's; taken over, `;
  const changed = changes.filter(({ change, diff }) => change !== 'changed' || diff !== '');
  const same = changes.filter((each) => !changed.includes(each)).map(({ object }) => object);
  const kept =
    same.length === 0 ? '' : `as they are, or but for values that are redacted: ${same.join(', ')}\n`;
  if (changed.length === 0) return `${title}${kept === '' ? 'no object changes\n' : `these stay\n${kept}`}`;
  return [`${title}it changes so:\n`, ...changed.map((change) => paintedDiff(change, style)), kept].join('');
}

/** What would be refused of a component. */
export function renderObjections(component: string, objections: readonly string[], style: Style): string {
  const lines = objections.map((each) => `  ${each}\n`).join('');
  return `${style.strong(component)} ${style.bad('would fail')}: correct its chart or its values\n${lines}`;
}

/** What a component would lose, which `up` refuses. */
export function renderLosses(component: string, losses: readonly Shrink[], style: Style): string {
  const lines = losses.map((each) => `  ${describeShrink(each)}. ${each.next}\n`).join('');
  return `${style.strong(component)} ${style.bad('would lose data')}: \`bigdata up\` refuses this, unless with --accept-loss ${component}\n${lines}`;
}

/** The same for programs. */
export function diffDocument(changes: readonly ObjectChange[] | Error): object {
  return changes instanceof Error ? { error: reasonOf(changes) } : changes;
}

function reasonOf({ message }: Error): string {
  return redactText(message);
}

function paintedDiff({ object, diff }: ObjectChange, style: Style): string {
  if (diff === '') {
    return `${style.strong(object)} changes only in redacted values\n`;
  }
  return diff
    .split('\n')
    .map((line) => {
      const paint = paints.find(([start]) => line.startsWith(start))?.[1];
      return paint === undefined || line === '' ? line : style[paint](line);
    })
    .join('\n');
}
