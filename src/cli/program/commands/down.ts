/** @module */
import { withExamples, withYes } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata down`. */
export function down({ run, command }: Registry): void {
  withExamples(
    withYes(
      command(
        'down',
        'Stops what this clone started: workers, Temporal, the local cluster. Data stays.',
      ).option('--delete', 'also delete the local cluster, its images and data, and the history', false),
      'deleting',
    ),
    [
      ['bigdata down', '`bigdata up` starts it again'],
      ['bigdata down --delete --yes', 'leaves nothing of this clone'],
    ],
  ).action(run(async () => (await import('../../commands/down.js')).down));
}
