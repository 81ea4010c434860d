/** @module */
import Table from 'cli-table3';

import type { Style } from './style.js';

/** A table of plain columns that fits the terminal; its last column wraps. */
export function newTable(head: string[], style: Style, width: number): Table.Table {
  const wide = Math.max(30, width - 60);
  return new Table({
    head: head.map((title) => style.faint(title)),
    style: { head: [], border: [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    wordWrap: true,
    wrapOnWordBoundary: true,
    colWidths: head.map((_, column) => (column === head.length - 1 ? wide : null)),
  });
}

/** The table as text, every line without trailing blanks. */
export function renderTable(table: Table.Table): string {
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
