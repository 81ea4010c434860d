/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata abort`. */
export function abort({ run, onStack }: Registry): void {
  withExamples(
    onStack(
      'abort',
      'Ends the running install: running steps finish, nothing new starts, everything proven stays.',
    ).option('--now', 'also stop running steps', false),
    [
      ['bigdata abort', 'returns when the install has ended; `up` goes on from there'],
      ['bigdata abort --now', 'does not wait for running steps; `up` recovers what was cut off'],
    ],
  ).action(run(async () => (await import('../../commands/abort.js')).abort));
}
