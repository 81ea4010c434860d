/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata version`. */
export function version({ run, command }: Registry): void {
  withExamples(command('version', 'Prints the versions of bigdata and of everything it runs on.'), [
    ['bigdata version', 'for a bug report'],
  ]).action(run(async () => (await import('../../commands/version.js')).version));
}
