/**
 * When each component of an operation did its own work, as bars, and what the operation's time went by.
 *
 * @module
 */
import { type CriticalPath, type Timed, criticalPath } from '../../stack/operation/critical-path.js';
import { duration } from './duration.js';
import type { Style } from './style.js';

/** Columns of the bars, however narrow the terminal is. */
const narrowest = 20;

/** Columns between two columns of text. */
const gap = 2;

/** Bars of what was done, those of the critical path marked; empty if nothing was. */
export function renderTimings(components: readonly Timed[], style: Style, width: number): string {
  const path = criticalPath(components);
  if (path === undefined) return '';
  const end = Math.max(...components.map(({ ended }) => ended));
  const names = Math.max(...components.map(({ name }) => name.length));
  const times = components.map(({ began, ended }) => duration(ended - began));
  const timeWidth = Math.max(...times.map((time) => time.length));
  const columns = Math.max(narrowest, width - '* '.length - names - timeWidth - 2 * gap);
  const rows = components
    .map((component, index) => ({ ...component, time: times[index] ?? '' }))
    .toSorted((one, other) => one.began - other.began || one.ended - other.ended)
    .map(({ name, began, ended, time }) => {
      const isCritical = path.components.includes(name);
      const from = Math.min(Math.floor((began / end) * columns), columns - 1);
      const length = Math.max(1, Math.round((ended / end) * columns) - from);
      const bar = `${' '.repeat(from)}${'━'.repeat(length)}`.padEnd(columns + gap);
      return `${isCritical ? '*' : ' '} ${name.padEnd(names + gap)}${isCritical ? style.strong(bar) : style.faint(bar)}${time.padStart(timeWidth)}\n`;
    });
  return `${rows.join('')}${describePath(path)}\n`;
}

/** One sentence. */
function describePath({ components, total, own }: CriticalPath): string {
  const ratio = (total / Math.max(own, 1)).toFixed(2);
  return `* critical path: ${components.join(', ')}; ${duration(total)} in all, ${ratio} times the ${duration(own)} of its components.`;
}
