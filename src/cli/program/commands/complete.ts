/** @module */
import type { Registry } from '../registry.js';

/** What the completion scripts ask; hidden. */
export function complete({ program, defaultFile, write }: Registry): void {
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const { completeWords } = await import('../../commands/complete.js');
      write(await completeWords(program, words, defaultFile));
    });
}
