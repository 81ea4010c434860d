/** @module */
import type { StackOptions } from '../../command.js';
import type { RollbackOptions } from '../../commands/rollback.js';
import { parseRevision, withExamples } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata rollback`. */
export function rollback({ dispatch, onStack }: Registry): void {
  withExamples(
    onStack(
      'rollback',
      'Rolls a component back to a proven revision, then proves it and what needs it again.',
    )
      .argument('<component>', 'which one')
      .argument(
        '[revision]',
        'the revision to roll back to (default: the last proven one before the installed one)',
        parseRevision,
      )
      .option('--accept-loss', 'also where the earlier revision is smaller and data goes with that', false),
    [
      ['bigdata rollback kafka', 'the stack file stays as it is: the next `up` installs what it says'],
      ['bigdata rollback kafka 3', 'to a revision that `bigdata history kafka` shows as proven'],
    ],
  ).action(
    (
      component: string,
      revision: number | undefined,
      options: StackOptions & Pick<RollbackOptions, 'acceptLoss'> & Parsed,
    ) =>
      dispatch(options, async (context) =>
        (await import('../../commands/rollback.js')).rollback(context, {
          ...options,
          component,
          ...(revision === undefined ? {} : { revision }),
        }),
      ),
  );
}
