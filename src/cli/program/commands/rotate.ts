/** @module */
import { withExamples, withSet } from '../options.js';
import { type Registry, setOnStack } from '../registry.js';

/** `bigdata rotate`. */
export function rotate({ runOn, onStack }: Registry): void {
  withExamples(
    withSet(
      onStack(
        'rotate',
        'Replaces the credentials of a component, restarts what reads them, and proves it. The old ones are valid until then.',
      ),
      ...setOnStack,
    )
      .argument('<component>', 'which one')
      .option('-y, --yes', 'do not wait for pods that are not of the stack and read the Secret', false)
      .option('--keep-previous', 'the old credentials stay valid until you run it again without this', false),
    [
      ['bigdata rotate minio', 'run again after an interruption, it goes on'],
      ['bigdata rotate minio --keep-previous', 'for clients that you restart yourself in between'],
    ],
  ).action(runOn(async () => (await import('../../commands/rotate.js')).rotate));
}
