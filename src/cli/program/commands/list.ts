/** @module */
import type { ClusterOptions } from '../../command.js';
import { withCluster, withExamples } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata list`. */
export function list({ dispatch, command }: Registry): void {
  withExamples(
    withCluster(command('list', 'Shows the stacks of a cluster, and how much of each is proven.')),
    [
      ['bigdata list', 'of the local cluster'],
      ['bigdata list --context production', 'of your own cluster'],
    ],
  ).action((options: ClusterOptions & Parsed) =>
    dispatch(options, async (context) => (await import('../../commands/list.js')).list(context, options)),
  );
}
