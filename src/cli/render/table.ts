/** @module */
import { stripVTControlCharacters } from 'node:util';

import Table from 'cli-table3';

import type { Style } from './style.js';

/** Columns between two columns of text. */
const gap = 2;

/** The last column gets at least so many columns of the terminal, however narrow that is. */
const narrowest = 30;

/** A table without lines that fits the terminal: its last column wraps. Cells may be coloured, and have several lines. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  width: number,
): string {
  const taken = head
    .slice(0, -1)
    .map((title, column) => widest([title, ...rows.map((row) => row[column] ?? '')]) + gap);
  const rest = Math.max(
    narrowest,
    taken.reduce((left, columns) => left - columns, width),
  );
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

function widest(cells: readonly string[]): number {
  const lines = cells.flatMap((cell) => stripVTControlCharacters(cell).split('\n'));
  return Math.max(...lines.map((line) => line.length));
}

const noLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right']
    .flatMap((line) => [line, `${line}-mid`, `${line}-left`, `${line}-right`])
    .concat('middle')
    .map((line) => [line, '']),
);
