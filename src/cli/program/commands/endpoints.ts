/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata endpoints`. */
export function endpoints({ run, onStack }: Registry): void {
  withExamples(
    onStack(
      'endpoints',
      'Shows the addresses of the installed components, and which Secrets have their credentials.',
    ).option('--show-credentials', 'show the credentials themselves', false),
    [
      ['bigdata endpoints', 'links for people, addresses for programs'],
      ['bigdata endpoints --show-credentials', 'with user names and passwords'],
    ],
  ).action(run(async () => (await import('../../commands/endpoints.js')).endpoints));
}
