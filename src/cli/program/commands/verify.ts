/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata verify`. */
export function verify({ runOnly, onStack }: Registry): void {
  withExamples(
    onStack('verify', 'Runs every check again. Changes nothing.')
      .option('--disruptive', 'also run the checks that disturb users, e.g. restart a pod', false)
      .argument('[component...]', 'only these'),
    [
      ['bigdata verify', 'exit code 1 if anything does not work'],
      ['bigdata verify kafka', 'only the checks of Kafka'],
    ],
  ).action(runOnly(async () => (await import('../../commands/verify.js')).verify));
}
