/** @module */
import { withExamples, withYes } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata uninstall`. */
export function uninstall({ runOnly, onStack }: Registry): void {
  withExamples(
    withYes(
      onStack('uninstall', 'Removes the stack in reverse order, and proves that nothing it owned is left.')
        .option('--delete-data', 'also delete the data; otherwise the volumes stay', false)
        .argument('[component...]', 'only these, and what needs them'),
      'deleting data, or removing what needs a component',
    ),
    [
      ['bigdata uninstall', 'keeps data; the next `up` finds it again'],
      ['bigdata uninstall --delete-data --yes', 'everything, without a question'],
      ['bigdata uninstall kafka', 'Kafka and what needs it; the rest stays'],
    ],
  ).action(runOnly(async () => (await import('../../commands/uninstall.js')).uninstall));
}
