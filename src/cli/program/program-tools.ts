/**
 * Commands that look at a stack, or at all of a cluster, with tools that people know.
 *
 * @module
 */
import { Argument, type Command } from 'commander';

import { ExitCode } from '../../errors.js';
import type { ClusterOptions, StackOptions } from '../command.js';
import type { LogsOptions } from '../commands/logs.js';
import { type Shell, completionScripts, shells } from './completion-scripts.js';
import { parseTail, withCluster, withExamples, withFile, withOutput } from './options.js';
import type { Parsed, ProgramOptions } from './program.js';

export function addToolCommands(
  program: Command,
  { defaultFile, dispatch, write }: Pick<ProgramOptions, 'defaultFile' | 'dispatch' | 'write'>,
): void {
  const command = (name: string, summary: string): Command =>
    withOutput(program.command(name).description(summary));
  const onStack = (name: string, summary: string): Command =>
    withCluster(withFile(command(name, summary), defaultFile));

  withExamples(
    onStack('logs', "Shows the logs of a component's pods, including those of its checks.")
      .argument('<component>', 'name of the component')
      .option('--follow', 'stream new lines', false)
      .option('--previous', 'of the previous containers, before their last restart', false)
      .option('--tail <lines>', 'lines per container, -1 for all', parseTail, 50),
    [
      ['bigdata logs kafka', 'the last 50 lines of each container'],
      ['bigdata logs kafka --follow', 'until Ctrl-C'],
    ],
  ).action((component: string, options: Omit<LogsOptions, 'component'> & Parsed) =>
    dispatch({ ...options, aside: true }, async (context) =>
      (await import('../commands/logs.js')).logs(context, { ...options, component }),
    ),
  );

  withExamples(
    onStack('history', 'Shows the revisions of a component, and which of them were proven.').argument(
      '<component>',
      'name of the component',
    ),
    [['bigdata history kafka', 'the newest first']],
  ).action((component: string, options: StackOptions & Parsed) =>
    dispatch(options, async (context) =>
      (await import('../commands/history.js')).history(context, { ...options, component }),
    ),
  );

  for (const [name, example] of [
    ['kubectl', 'get pods'],
    ['helm', 'list'],
  ] as const) {
    withExamples(
      onStack(name, `Runs ${name} on the cluster and in the namespace of the stack.`)
        .argument('[arguments...]', `arguments of ${name}; options of bigdata come before them`)
        .allowUnknownOption()
        .passThroughOptions(),
      [[`bigdata ${name} ${example}`, 'on the local cluster, without a kubeconfig']],
    ).action((args: readonly string[], options: StackOptions & Parsed) =>
      dispatch({ ...options, aside: true }, async (context) =>
        (await import('../commands/tool.js')).tool(context, name, args, options),
      ),
    );
  }

  withExamples(
    withCluster(command('list', 'Shows the stacks of a cluster, and how much of each is proven.')),
    [
      ['bigdata list', 'of the local cluster'],
      ['bigdata list --context production', 'of a cluster that you have'],
    ],
  ).action((options: ClusterOptions & Parsed) =>
    dispatch(options, async (context) => (await import('../commands/list.js')).list(context, options)),
  );

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
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const { completeWords } = await import('../commands/complete.js');
      write(await completeWords(program, words, defaultFile));
    });

  withExamples(command('version', 'Prints the versions of bigdata and of everything it runs on.'), [
    ['bigdata version', 'for a bug report'],
  ]).action((options: Parsed) =>
    dispatch(options, async (context) => (await import('../commands/version.js')).version(context)),
  );
}
