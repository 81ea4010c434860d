/** @module */
import type { LogsOptions } from '../../commands/logs.js';
import { parseTail, withExamples } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata logs`. */
export function logs({ dispatch, onStack }: Registry): void {
  withExamples(
    onStack('logs', "Shows the logs of a component's pods, including those of its checks.")
      .argument('<component>', 'name of the component')
      .option('--follow', 'stream new lines', false)
      .option('--previous', 'of the previous containers, before their last restart', false)
      .option('--tail <lines>', 'lines per container, -1 for all', parseTail, 50),
    [
      ['bigdata logs kafka', 'the last 50 lines of each container'],
      ['bigdata logs kafka --follow', 'until Ctrl-C'],
    ],
  ).action((component: string, options: Omit<LogsOptions, 'component'> & Parsed) =>
    dispatch({ ...options, aside: true }, async (context) =>
      (await import('../../commands/logs.js')).logs(context, { ...options, component }),
    ),
  );
}
