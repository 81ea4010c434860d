/**
 * What a watch found.
 *
 * @module
 */
import type { Look, Watch } from '../../client/watch.js';
import { duration } from './duration.js';
import type { Style } from './style.js';
import { renderTable } from './table.js';

/** Whether the last look that came to a result found something wrong. */
export function isBroken({ looks }: Pick<Watch, 'looks'>): boolean {
  const last = looks.find(({ found }) => typeof found === 'object' && found.result !== 'skipped');
  return typeof last?.found === 'object' && last.found.result === 'failed';
}

/** How a stack is watched, and its last looks, newest first. */
export function renderWatch(stack: string, watch: Watch, style: Style, width: number): string {
  const { every, repair, next, looks } = watch;
  const how = repair ? 'what drifted is put back, and everything verified' : 'everything is verified';
  const head = `${style.strong(stack)} is watched: every ${duration(every)} ${how}; ${nextText(next)}.\n`;
  if (looks.length === 0) return head;
  const rows = looks.map((look) => [look.at.toISOString(), word(look, style), findings(look)]);
  return `${head}\n${renderTable(['looked at', 'result', 'what was found'], rows, style, width)}`;
}

/** In one line. */
export function summarizeWatch({ every, repair, next, looks }: Watch, style: Style): string {
  const last = looks.map((look) => word(look, style)).join(', ');
  return `every ${duration(every)}${repair ? ', repairs' : ''}; ${nextText(next)}; last: ${last === '' ? 'none yet' : last} (\`bigdata watch\` tells more)`;
}

function nextText(next: Date | undefined): string {
  return next === undefined ? 'paused' : `next at ${next.toISOString()}`;
}

function word({ found }: Look, style: Style): string {
  if (found === undefined) return style.faint('ended');
  if (found === 'running') return style.busy(found);
  switch (found.result) {
    case 'proven':
      return style.good(found.result);
    case 'failed':
      return style.bad(found.result);
    default:
      return style.faint(found.result);
  }
}

function findings({ found }: Look): string {
  if (typeof found !== 'object') return found === undefined ? 'somebody ended it' : '';
  if (found.result === 'skipped') return 'an operation ran, or began';
  return [
    ...(found.repaired.length === 0 ? [] : [`put back and proven again: ${found.repaired.join(', ')}`]),
    ...found.findings.map(({ component, type, message }) => `${component}: ${type}: ${message}`),
  ].join('\n');
}
