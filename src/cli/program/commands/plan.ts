/** @module */
import { withExamples, withSet } from '../options.js';
import { type Registry, setOnStack } from '../registry.js';

/** `bigdata plan`. */
export function plan({ run, onStack }: Registry): void {
  withExamples(
    withSet(
      onStack('plan', 'Shows what `up` would install, change and remove. Changes nothing.'),
      ...setOnStack,
    )
      .option('--no-diff', 'without the diffs of changed components')
      .option('--all', 'also with the diffs of check pods and chart labels', false)
      .option('--exit-code', 'end with 1 if there is anything to do', false),
    [
      ['bigdata plan', 'with the diff of each object, secrets redacted'],
      ['bigdata plan --exit-code', 'for scripts: 0 nothing to do, 1 something, 2 refused'],
      ['bigdata plan --no-diff', 'the table alone; needs no Helm'],
      ['bigdata plan -o json', 'with every resolved value'],
    ],
  ).action(run(async () => (await import('../../commands/plan.js')).plan));
}
