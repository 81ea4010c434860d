/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata support-bundle`. */
export function supportBundle({ run, onStack }: Registry): void {
  withExamples(
    onStack(
      'support-bundle',
      'Collects what others need to help into one archive, without secrets. Changes nothing.',
    ).option('--archive <name.tar.gz>', 'a new file (default: named by stack and time)'),
    [
      ['bigdata support-bundle', 'bigdata-support-STACK-TIME.tar.gz; begin with its index.md'],
      ['bigdata support-bundle --archive /tmp/help.tar.gz', 'in another place'],
    ],
  ).action(run(async () => (await import('../../commands/support-bundle.js')).supportBundle));
}
