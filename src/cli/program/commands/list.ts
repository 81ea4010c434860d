/** @module */
import { withCluster, withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata list`. */
export function list({ run, command }: Registry): void {
  withExamples(
    withCluster(command('list', 'Shows the stacks of a cluster, and how much of each is proven.')),
    [
      ['bigdata list', 'of the local cluster'],
      ['bigdata list --context production', 'of your own cluster'],
    ],
  ).action(run(async () => (await import('../../commands/list.js')).list));
}
