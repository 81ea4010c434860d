/** @module */
import { stripVTControlCharacters } from 'node:util';

import Table from 'cli-table3';

import type { Style } from './style.js';

/** Columns between two columns of text. */
const gap = 2;

/** Of a column that wraps, so many columns of the terminal are left, however narrow that is. */
const narrowest = 30;

/** A table without lines that fits the terminal: its last column wraps, and of the others the widest, if need be. Cells may be coloured, and have several lines. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  width: number,
): string {
  const columns = head.slice(0, -1).map((title, column) => [title, ...rows.map((row) => row[column] ?? '')]);
  const taken = columns.map((cells) => longest(cells, /\n/) + gap);
  const left = width - taken.reduce((sum, each) => sum + each, 0);
  if (left < narrowest) {
    const widest = Math.max(...taken);
    const column = taken.indexOf(widest);
    const least = Math.max(narrowest, longest(columns[column] ?? [], /\s/) + gap);
    taken[column] = Math.min(widest, Math.max(least, widest - (narrowest - left)));
  }
  const rest = Math.max(narrowest, width - taken.reduce((sum, each) => sum + each, 0));
  const table = new Table({
    head: head.map((title) => style.faint(title)),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: noLines,
    wordWrap: true,
    wrapOnWordBoundary: true,
    colWidths: [...taken, rest],
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Columns of the longest part of any cell. */
function longest(cells: readonly string[], between: RegExp): number {
  const parts = cells.flatMap((cell) => stripVTControlCharacters(cell).split(between));
  return Math.max(...parts.map((part) => part.length));
}

const noLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right']
    .flatMap((line) => [line, `${line}-mid`, `${line}-left`, `${line}-right`])
    .concat('middle')
    .map((line) => [line, '']),
);
