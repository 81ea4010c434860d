/** @module */
import { withCluster, withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata worker`. */
export function worker({ run, command }: Registry): void {
  withExamples(
    withCluster(
      command('worker', 'Runs a worker for one cluster until it is stopped. `up` starts one by itself.'),
    ),
    [['bigdata worker --context production', 'any number may run for the same cluster']],
  ).action(run(async () => (await import('../../commands/worker.js')).worker));
}
