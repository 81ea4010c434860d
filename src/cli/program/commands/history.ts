/** @module */
import type { StackOptions } from '../../command.js';
import { withExamples } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata history`. */
export function history({ dispatch, onStack }: Registry): void {
  withExamples(
    onStack('history', 'Shows the revisions of a component, and which of them were proven.').argument(
      '<component>',
      'name of the component',
    ),
    [['bigdata history kafka', 'the newest first']],
  ).action((component: string, options: StackOptions & Parsed) =>
    dispatch(options, async (context) =>
      (await import('../../commands/history.js')).history(context, { ...options, component }),
    ),
  );
}
