/** @module */
import type { ComponentNewOptions } from '../../commands/component-new.js';
import { parsePort, withExamples, withOutput } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata component`: its commands. */
export function component({ program, dispatch }: Registry): void {
  const components = program
    .command('component')
    .description('Creates, checks and tries component folders of your own.');
  withExamples(
    withOutput(
      components
        .command('new')
        .description(
          'Creates a component folder with a working example to change. Without options, on a terminal, it asks.',
        ),
    )
      .argument('<name>', 'name of the component, its folder and its release')
      .option('--into <folder>', 'folder of component folders', 'components')
      .option('--summary <text>', 'a description in one line')
      .option('--software-version <version>', 'version of its software (default: 1.0.0)')
      .option('--port <port>', 'port of its Service (default: 8080)', parsePort)
      .option(
        '--packages <a,b>',
        'build its image from Debian with these packages (default: those of the example)',
      )
      .option('--dockerfile <file>', 'build its image with a copy of this Dockerfile')
      .option('--image <repository:tag>', 'use an existing image')
      .option('--data', 'it keeps data (default)')
      .option('--no-data', 'it keeps no data')
      .option('-y, --yes', 'ask nothing', false),
    [
      ['bigdata component new queue', 'asks, on a terminal'],
      ['bigdata component new queue --no-data', 'without a volume'],
      [
        'bigdata component new postgres --packages postgresql --port 5432',
        'with an image of Debian and PostgreSQL',
      ],
    ],
  ).action((name: string, options: ComponentNewOptions & Parsed) =>
    dispatch(options, async (context) =>
      (await import('../../commands/component-new.js')).componentNew(context, name, options),
    ),
  );
  withExamples(
    withOutput(
      components
        .command('check')
        .description('Checks a component folder against the rules. Needs no cluster.'),
    ).argument('<folder>', 'folder of the component'),
    [['bigdata component check components/queue', 'exit code 2 if it breaks a rule, with file and line']],
  ).action((folder: string, options: Parsed) =>
    dispatch(options, async (context) =>
      (await import('../../commands/component-check.js')).componentCheck(context, folder),
    ),
  );

  withExamples(
    withOutput(
      components
        .command('test')
        .description(
          'Installs, proves, breaks and removes a component on the local cluster, in a namespace of its own.',
        ),
    ).argument('<folder>', 'folder of the component'),
    [['bigdata component test components/queue', 'exit code 1 if a step fails']],
  ).action((folder: string, options: Parsed) =>
    dispatch(options, async (context) =>
      (await import('../../commands/component-test.js')).componentTest(context, folder),
    ),
  );
}
