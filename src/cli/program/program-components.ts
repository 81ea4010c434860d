/**
 * Commands for components of one's own.
 *
 * @module
 */
import type { Command } from 'commander';

import type { ComponentNewOptions } from '../commands/component-new.js';
import { parsePort, withExamples, withOutput } from './options.js';
import type { Dispatch, Parsed } from './program.js';

export function addComponentCommands(program: Command, dispatch: Dispatch): void {
  const components = program
    .command('component')
    .description('Makes and checks component folders of your own.');
  withExamples(
    withOutput(
      components
        .command('new')
        .description(
          'Makes a component folder: an example that works, to change. Asks what it is like, unless options say so.',
        ),
    )
      .argument('<name>', 'name of the component, its folder and its release')
      .option('--into <folder>', 'folder of component folders', 'components')
      .option('--summary <text>', 'what it is, one line')
      .option('--software-version <version>', 'version of its software (default: 1.0.0)')
      .option('--port <port>', 'port of its Service (default: 8080)', parsePort)
      .option('--packages <a,b>', 'its image is Debian with these packages (default: those of the example)')
      .option('--dockerfile <file>', 'its image is built by a copy of this Dockerfile')
      .option('--image <repository:tag>', 'its image is there already')
      .option('--data', 'it keeps data (default)')
      .option('--no-data', 'it keeps no data')
      .option('-y, --yes', 'ask nothing', false),
    [
      ['bigdata component new queue', 'asks what it is like'],
      ['bigdata component new queue --no-data', 'components/queue, which keeps nothing'],
      [
        'bigdata component new postgres --packages postgresql --port 5432',
        'with an image of Debian and these packages',
      ],
    ],
  ).action((name: string, options: ComponentNewOptions & Parsed) =>
    dispatch(options, async (context) =>
      (await import('../commands/component-new.js')).componentNew(context, name, options),
    ),
  );
  withExamples(
    withOutput(
      components
        .command('check')
        .description('Says by which rules a component folder is not as it should be; needs no cluster.'),
    ).argument('<folder>', 'folder of the component'),
    [['bigdata component check components/queue', 'exit code 2 if it breaks a rule, with file and line']],
  ).action((folder: string, options: Parsed) =>
    dispatch(options, async (context) =>
      (await import('../commands/component-check.js')).componentCheck(context, folder),
    ),
  );

  withExamples(
    withOutput(
      components
        .command('test')
        .description(
          'Tries a component folder on the local cluster, in a namespace of its own: installs, proves, breaks and removes it.',
        ),
    ).argument('<folder>', 'folder of the component'),
    [['bigdata component test components/queue', 'exit code 1 if something is not as it should be']],
  ).action((folder: string, options: Parsed) =>
    dispatch(options, async (context) =>
      (await import('../commands/component-test.js')).componentTest(context, folder),
    ),
  );
}
