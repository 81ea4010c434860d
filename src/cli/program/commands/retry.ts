/** @module */
import { withExamples, withSet } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata retry`. */
export function retry({ runOn, onStack }: Registry): void {
  withExamples(
    withSet(
      onStack('retry <component>', 'Tries a failed component again, as the stack file says now.'),
      'key=value',
      'a value that overrides the stack file, for this install only',
    ),
    [
      ['bigdata retry kafka', 'after you fixed the cause, or the stack file'],
      [
        'bigdata retry kafka --set replicas=5',
        'with another value: a number, true, false, null, [a,b], else text',
      ],
      [
        String.raw`bigdata retry kafka --set 'config.log\.retention\.hours=24'`,
        'a dot leads into a mapping, \\. is a dot',
      ],
      [
        'bigdata retry kafka -f changed-stack.yaml',
        'as another stack file says; only kafka is taken from it',
      ],
    ],
  ).action(runOn(async () => (await import('../../commands/retry.js')).retry));
}
