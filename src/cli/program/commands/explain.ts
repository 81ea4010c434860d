/** @module */
import { withExamples } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata explain`. */
export function explain({ dispatch, command }: Registry): void {
  withExamples(
    command('explain', 'Explains a cause: what is wrong, when it is reported, what to do.').argument(
      '[cause]',
      'e.g. CrashLoop (default: all)',
    ),
    [
      ['bigdata explain', 'every cause, one line each'],
      ['bigdata explain ClaimPending', 'one cause'],
    ],
  ).action((cause: string | undefined, options: Parsed) =>
    dispatch(options, async (context) => (await import('../../commands/explain.js')).explain(context, cause)),
  );
}
