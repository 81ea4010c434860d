/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata skip`. */
export function skip({ runOn, onStack }: Registry): void {
  withExamples(onStack('skip <component>', 'Goes on without a failed component and without what needs it.'), [
    ['bigdata skip kafka', 'the install ends as incomplete; the next `up` tries kafka again'],
  ]).action(runOn(async () => (await import('../../commands/skip.js')).skip));
}
