/** @module */
import type { ReplayOptions } from '../../commands/replay.js';
import { withExamples } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata replay`. */
export function replay({ dispatch, command }: Registry): void {
  withExamples(
    command('replay', 'Tells whether this version can continue the operation of a recorded history.')
      .argument('<history>', 'a history as JSON, e.g. from a support bundle, or a workflow ID in Temporal')
      .option('--run-id <run>', 'run of the workflow (default: the newest)'),
    [
      ['bigdata replay histories/1-install/operation.json', 'needs neither Temporal nor a cluster'],
      ['bigdata replay bigdata:153dd46d:bigdata', 'exit code 1 if it is not compatible'],
    ],
  ).action((history: string, options: ReplayOptions & Parsed) =>
    dispatch(options, async (context) =>
      (await import('../../commands/replay.js')).replay(context, history, options),
    ),
  );
}
