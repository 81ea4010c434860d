/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata status`. */
export function status({ run, onStack }: Registry): void {
  withExamples(
    onStack('status', 'Shows what runs, what is installed and what was proven when.').option(
      '--follow',
      'watch the running operation until it ends',
      false,
    ),
    [
      ['bigdata status', 'once'],
      ['bigdata status --follow', 'until the running operation ends'],
    ],
  ).action(run(async () => (await import('../../commands/status.js')).status));
}
