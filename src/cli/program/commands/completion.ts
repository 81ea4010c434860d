/** @module */
import { Argument } from 'commander';
import { ExitCode } from '../../../errors.js';
import { type Shell, completionScripts, shells } from '../completion-scripts.js';
import { withExamples, withOutput } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata completion`. */
export function completion({ program, dispatch }: Registry): void {
  withExamples(
    withOutput(
      program
        .command('completion')
        .description('Prints a completion script for commands, options and component names.'),
    ).addArgument(new Argument('<shell>', 'which shell').choices(shells)),
    [
      ['source <(bigdata completion bash)', 'in ~/.bashrc; likewise zsh'],
      ['bigdata completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
  ).action((shell: Shell, options: Parsed) =>
    dispatch(options, async () => ({
      exitCode: ExitCode.ok,
      text: completionScripts[shell],
      document: { shell, script: completionScripts[shell] },
    })),
  );
}
