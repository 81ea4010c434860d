/** @module */
import { ExitCode, UserError } from '../errors.js';

/** Asks a person. Only where `interactive`; throws a UserError with exit code 130 after Ctrl-C. */
export interface Questions {
  /** @param refuse - why an answer cannot be taken, undefined if it can */
  text(question: string, initial: string, refuse: (answer: string) => string | undefined): Promise<string>;
  choose<Value extends string>(question: string, choices: Readonly<Record<Value, string>>): Promise<Value>;
  yes(question: string, initial: boolean): Promise<boolean>;
}

/** On the terminal; what is asked goes to standard error, as the answer of the command does not. */
export const terminalQuestions: Questions = {
  text: async (question, initial, refuse) => {
    const { text } = await import('@clack/prompts');
    return answered(
      await text({
        message: question,
        placeholder: initial,
        defaultValue: initial,
        validate: (answer = '') => refuse(answer === '' ? initial : answer),
        output: process.stderr,
      }),
    );
  },
  choose: async <Value extends string>(question: string, choices: Readonly<Record<Value, string>>) => {
    const { select } = await import('@clack/prompts');
    const options = Object.entries<string>(choices).map(([value, label]) => ({ value, label }));
    return answered(await select({ message: question, options, output: process.stderr })) as Value;
  },
  yes: async (question, initial) => {
    const { confirm } = await import('@clack/prompts');
    return answered(await confirm({ message: question, initialValue: initial, output: process.stderr }));
  },
};

function answered<Value>(answer: Value): Exclude<Value, symbol> {
  if (typeof answer !== 'symbol') return answer as Exclude<Value, symbol>;
  throw new UserError({
    message: 'Interrupted',
    unchanged: 'Nothing was changed',
    next: 'Run it again, or give options instead of answers: see --help',
    exitCode: ExitCode.detached,
  });
}
