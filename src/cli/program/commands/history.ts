/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata history`. */
export function history({ runOn, onStack }: Registry): void {
  withExamples(
    onStack('history', 'Shows the revisions of a component, and which of them were proven.').argument(
      '<component>',
      'name of the component',
    ),
    [['bigdata history kafka', 'the newest first']],
  ).action(runOn(async () => (await import('../../commands/history.js')).history));
}
