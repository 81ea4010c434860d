/** @module */
import { withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata doctor`. */
export function doctor({ run, command }: Registry): void {
  withExamples(
    command('doctor', 'Examines every prerequisite and process, and says what to do. Changes nothing.'),
    [['bigdata doctor', 'exit code 3 if something is wrong']],
  ).action(run(async () => (await import('../../commands/doctor.js')).doctor));
}
