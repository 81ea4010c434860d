/** @module */
import { ExitCode, UserError } from '../../errors.js';
import type { CommandContext } from '../command.js';

/**
 * Lets a person confirm what cannot be undone: by `--yes`, or by an answer on the terminal.
 *
 * @throws UserError without a yes
 */
export async function requireYes(
  context: CommandContext,
  yes: boolean,
  {
    question,
    refusal,
    unchanged = 'Nothing was deleted',
  }: { readonly question: string; readonly refusal: string; readonly unchanged?: string },
): Promise<void> {
  if (yes || (context.interactive && (await context.questions.yes(question, false)))) {
    return;
  }
  throw new UserError({
    message: refusal,
    unchanged,
    next: 'Run it with --yes',
    exitCode: ExitCode.usage,
  });
}
