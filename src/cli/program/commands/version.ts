/** @module */
import { withExamples } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata version`. */
export function version({ dispatch, command }: Registry): void {
  withExamples(command('version', 'Prints the versions of bigdata and of everything it runs on.'), [
    ['bigdata version', 'for a bug report'],
  ]).action((options: Parsed) =>
    dispatch(options, async (context) => (await import('../../commands/version.js')).version(context)),
  );
}
