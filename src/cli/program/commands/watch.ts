/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata watch`. */
export function watch({ run, onStack }: Registry): void {
  withExamples(
    onStack(
      'watch',
      'Verifies the stack on a schedule, as long as Temporal and a worker run. Shows the results.',
    )
      .option('--every <time>', 'how often, e.g. 30m or 1h; starts or changes the schedule')
      .option('--repair', 'restore what drifted before verifying', false)
      .option('--off', 'end the schedule', false),
    [
      ['bigdata watch --every 1h', 'verifies now and every hour; skipped while an operation runs'],
      ['bigdata watch --every 1h --repair', 'also restores what drifted'],
      ['bigdata watch', 'the last ten results; exit code 1 if the last one found something wrong'],
      ['bigdata watch --off', 'ends it'],
    ],
  ).action(run(async () => (await import('../../commands/watch.js')).watch));
}
