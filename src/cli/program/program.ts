/**
 * The command line: names, options and examples of every command.
 *
 * @module
 */
import { Command, Option } from 'commander';

import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import type { ReplayOptions } from '../commands/replay.js';
import {
  parsePort,
  parseRevision,
  withCluster,
  withExamples,
  withFile,
  withOutput,
  withSet,
  withYes,
} from './options.js';
import type { OutputFormat } from './options.js';
import { addComponentCommands } from './program-components.js';
import { addToolCommands } from './program-tools.js';

/** A parsed command, ready to run. */
export type Action = (context: CommandContext) => Promise<CommandResult>;

/** Receives the one command that the arguments name, with those of its options that all commands understand. */
export type Dispatch = (options: Parsed, action: Action) => Promise<void>;

export interface ProgramOptions {
  readonly version: string;
  /** The stack file of the clone. */
  readonly defaultFile: string;
  readonly dispatch: Dispatch;
  /** Prints what a shell asked for, which waits for it at every key. */
  readonly write: (text: string) => void;
}

/** Options that do not depend on the command. */
export interface Parsed extends Partial<StackOptions> {
  readonly output: OutputFormat;
  /** True if standard output belongs to another program, and this one speaks on standard error. */
  readonly aside?: boolean;
  /** True if no progress is shown. */
  readonly quiet?: boolean;
  /** True if all progress is shown, and traces of errors. */
  readonly verbose?: boolean;
}

/** How `plan` and `up` take values: until the next `up` without them. */
const setOnStack = [
  'component.key=value',
  'a value over those of the stack file, until the next `up` without it',
] as const;

/** Builds the program. Each command's code is loaded only when it runs, so that `--help` is quick. */
export function makeProgram({ version, defaultFile, dispatch, write }: ProgramOptions): Command {
  const program = new Command('bigdata')
    .description(
      'Installs an open-source analytics platform on Kubernetes, in the right order, and proves that it works.',
    )
    .version(version)
    .showHelpAfterError('(add --help for what is possible)')
    .enablePositionalOptions()
    .showSuggestionAfterError();

  const run = <Options>(
    load: () => Promise<(context: CommandContext, options: Options) => Promise<CommandResult>>,
  ): ((options: Options & Parsed) => Promise<void>) => {
    return (options) => dispatch(options, async (context) => (await load())(context, options));
  };
  const runOn = <Options>(
    load: () => Promise<
      (context: CommandContext, options: Options & { readonly component: string }) => Promise<CommandResult>
    >,
  ): ((component: string, options: Options & Parsed) => Promise<void>) => {
    return (component, options) =>
      dispatch(options, async (context) => (await load())(context, { ...options, component }));
  };
  const runOnly = <Options>(
    load: () => Promise<
      (
        context: CommandContext,
        options: Options & { readonly only: readonly string[] },
      ) => Promise<CommandResult>
    >,
  ): ((only: readonly string[], options: Options & Parsed) => Promise<void>) => {
    return (only, options) =>
      dispatch(options, async (context) => (await load())(context, { ...options, only }));
  };
  const command = (name: string, summary: string): Command =>
    withOutput(program.command(name).description(summary));
  const onStack = (name: string, summary: string): Command =>
    withCluster(withFile(command(name, summary), defaultFile));

  withExamples(
    withSet(
      onStack(
        'up',
        'Brings up what is missing, installs the stack, proves it; run again, it attaches or changes nothing.',
      ),
      ...setOnStack,
    )
      .addOption(
        new Option(
          '--on-failure <what>',
          'what an install does when a component fails for good: wait for a decision, end when the other branches have, or do that after going back to what was proven of the component before',
        )
          .choices(['wait', 'abort', 'rollback'])
          .default('wait'),
      )
      .addOption(
        new Option(
          '--unlisted <what>',
          'what becomes of installed components that the stack file no longer lists: remove them last, but keep their data, or keep them',
        )
          .choices(['remove', 'keep'])
          .default('remove'),
      )
      .addOption(
        new Option(
          '--drift <what>',
          'what becomes of components that another hand changed since they were proven: put back what is planned, or keep them as they are, if they pass their checks',
        )
          .choices(['repair', 'keep'])
          .default('repair'),
      )
      .option(
        '--adopt',
        'take over releases and objects of the same names that belong to no stack, after showing how they change',
        false,
      )
      .option('-y, --yes', 'do not ask before taking over', false)
      .option('--timings', 'show when each component did its own work, and the critical path', false)
      .option('--no-install', 'bring up cluster, Temporal, images and worker only')
      .option('--temporal-port <port>', 'port of the local Temporal server', parsePort)
      .option('--ui-port <port>', 'port of its Web UI', parsePort)
      .argument('[component...]', 'these alone, and what they need'),
    [
      ['bigdata up', 'the local cluster and everything on it'],
      ['bigdata up kafka', 'Kafka and what it needs; the rest stays as it is'],
      ['bigdata up --set kafka.replicas=5', 'with another value than the stack file has'],
      ['bigdata up -f my-stack.yaml', 'with your own stack file'],
      ['bigdata up -f base.yaml -f production.yaml', 'with what differs in a file of its own'],
      ['bigdata up --context production', 'on a cluster that you have'],
      ['bigdata up --on-failure abort', 'unattended: nothing is left waiting'],
      ['bigdata up --timings', 'what the time went by, as bars'],
      ['bigdata up --adopt', 'what plain Helm or kubectl made before becomes the stack’s'],
      [
        'bigdata up --on-failure rollback',
        'unattended: what fails its proof is again what was proven before',
      ],
    ],
  ).action(runOnly(async () => (await import('../commands/up.js')).up));

  withExamples(
    withSet(
      onStack('plan', 'Shows what `up` would install, change and remove, and does nothing.'),
      ...setOnStack,
    )
      .option('--no-diff', 'without how the objects of changed components change')
      .option('--all', 'also how pods of checks and labels of the chart change', false)
      .option('--exit-code', 'end with 1 if there is anything to do', false),
    [
      ['bigdata plan', 'in order, and how objects change, with secrets redacted'],
      ['bigdata plan --exit-code', 'for scripts: 0 nothing to do, 1 something, 2 refused'],
      ['bigdata plan --no-diff', 'the table alone; needs no Helm'],
      ['bigdata plan -o json', 'with every resolved value'],
    ],
  ).action(run(async () => (await import('../commands/plan.js')).plan));

  withExamples(
    onStack('status', 'Shows what runs, what is installed and what was proven when.').option(
      '--follow',
      'watch the running operation until it ends',
      false,
    ),
    [
      ['bigdata status', 'once'],
      ['bigdata status --follow', 'until the running operation ends'],
    ],
  ).action(run(async () => (await import('../commands/status.js')).status));

  withExamples(
    withSet(
      onStack(
        'retry <component>',
        'Tries a component again that failed and waits for a decision: as the stack file says now.',
      ),
      'key=value',
      'a value over those of the stack file, for this install only',
    ),
    [
      ['bigdata retry kafka', 'after you fixed what was in its way, or the stack file'],
      [
        'bigdata retry kafka --set replicas=5',
        'with another value: a number, true, false, null, [a,b], else text',
      ],
      [
        String.raw`bigdata retry kafka --set 'config.log\.retention\.hours=24'`,
        'a dot leads into a mapping, \\. is a dot',
      ],
      [
        'bigdata retry kafka -f changed-stack.yaml',
        'as another stack file says; only kafka is taken from it',
      ],
    ],
  ).action(runOn(async () => (await import('../commands/retry.js')).retry));

  withExamples(
    onStack(
      'skip <component>',
      'Goes on without a component that failed and waits for a decision, and without what needs it.',
    ),
    [['bigdata skip kafka', 'the install ends as not complete; `up` tries kafka again']],
  ).action(runOn(async () => (await import('../commands/skip.js')).skip));

  withExamples(
    onStack(
      'abort',
      'Ends the running install: what runs finishes, nothing new is started, what is proven stays.',
    ).option('--now', 'stop what runs, too', false),
    [
      ['bigdata abort', 'returns when the install has ended; `up` goes on from there'],
      ['bigdata abort --now', 'does not wait for what runs; `up` recovers what was cut off'],
    ],
  ).action(run(async () => (await import('../commands/abort.js')).abort));

  withExamples(
    onStack('verify', 'Runs every check again, changes nothing.')
      .option('--disruptive', 'also run the checks that disturb users, e.g. restart a pod', false)
      .argument('[component...]', 'these alone'),
    [
      ['bigdata verify', 'exit code 1 if anything does not work'],
      ['bigdata verify kafka', 'the checks of Kafka alone'],
    ],
  ).action(runOnly(async () => (await import('../commands/verify.js')).verify));

  withExamples(
    onStack(
      'rollback',
      'Makes a component what was proven of it earlier, proves it again, and what needs it.',
    )
      .argument('<component>', 'which one')
      .argument(
        '[revision]',
        'the revision to go back to (default: what was proven before what is installed)',
        parseRevision,
      ),
    [
      ['bigdata rollback kafka', 'the stack file stays: the next `up` installs what it says'],
      ['bigdata rollback kafka 3', 'to a revision of `bigdata history kafka` that was proven'],
    ],
  ).action((component: string, revision: number | undefined, options: StackOptions & Parsed) =>
    dispatch(options, async (context) =>
      (await import('../commands/rollback.js')).rollback(context, {
        ...options,
        component,
        ...(revision === undefined ? {} : { revision }),
      }),
    ),
  );

  withExamples(
    onStack(
      'watch',
      'Has the stack looked at again and again, as long as Temporal and a worker run; shows what was found.',
    )
      .option('--every <time>', 'from one look to the next, e.g. 30m or 1h; begins, or changes how often')
      .option('--repair', 'put back what drifted before everything is verified', false)
      .option('--off', 'watch it no more', false),
    [
      ['bigdata watch --every 1h', 'verifies every hour, first at once; skipped while an operation runs'],
      ['bigdata watch --every 1h --repair', 'puts back what drifted, too'],
      ['bigdata watch', 'the last ten looks; exit code 1 if the last one found something wrong'],
      ['bigdata watch --off', 'no more'],
    ],
  ).action(run(async () => (await import('../commands/watch.js')).watch));

  withExamples(
    withYes(
      onStack('uninstall', 'Removes the stack in reverse order and proves that nothing of it is left.')
        .option('--delete-data', 'delete the data as well; without it the volumes stay', false)
        .argument('[component...]', 'these alone, and what needs them'),
      'deleting data, or removing what needs a component',
    ),
    [
      ['bigdata uninstall', 'data is kept, and found again by the next `up`'],
      ['bigdata uninstall --delete-data --yes', 'everything, without a question'],
      ['bigdata uninstall kafka', 'Kafka and what needs it; the rest stays'],
    ],
  ).action(runOnly(async () => (await import('../commands/uninstall.js')).uninstall));

  withExamples(
    onStack(
      'endpoints',
      'Shows where the installed components are reached, and where credentials lie.',
    ).option('--show-credentials', 'show the credentials themselves', false),
    [
      ['bigdata endpoints', 'links for people, addresses for programs'],
      ['bigdata endpoints --show-credentials', 'with user names and passwords'],
    ],
  ).action(run(async () => (await import('../commands/endpoints.js')).endpoints));

  withExamples(
    withYes(
      command(
        'down',
        'Stops what this clone started: workers, Temporal, the local cluster. Data stays.',
      ).option('--delete', 'delete the local cluster, its images and data, and the history too', false),
      'deleting',
    ),
    [
      ['bigdata down', '`bigdata up` starts it again'],
      ['bigdata down --delete --yes', 'as if it had never been there'],
    ],
  ).action(run(async () => (await import('../commands/down.js')).down));

  withExamples(
    command('doctor', 'Looks at every prerequisite and process, tells what to do, changes nothing.'),
    [['bigdata doctor', 'exit code 3 if something is wrong']],
  ).action(run(async () => (await import('../commands/doctor.js')).doctor));

  withExamples(
    withCluster(
      command('worker', 'Runs a worker for one cluster until it is told to end; `up` starts one by itself.'),
    ),
    [['bigdata worker --context production', 'beside others for the same cluster']],
  ).action(run(async () => (await import('../commands/worker.js')).worker));

  withExamples(
    command(
      'codec-server',
      'Lets the Web UI read what BIGDATA_CODEC_KEY_FILE encrypts in Temporal, until it is told to end.',
    ).option('--port <port>', 'its port on the loopback interface (default: any that is free)', parsePort),
    [['bigdata codec-server', 'tells the address to give to the Web UI; it is a secret itself']],
  ).action(run(async () => (await import('../commands/codec-server.js')).codecServer));

  withExamples(
    onStack(
      'support-bundle',
      'Collects what others need to help, without secrets, in one archive that opens anywhere; changes nothing.',
    ).option(
      '--archive <name.tar.gz>',
      'the archive, which must not be there yet (default: named by stack and time)',
    ),
    [
      ['bigdata support-bundle', 'bigdata-support-STACK-TIME.tar.gz; begin with its index.md'],
      ['bigdata support-bundle --archive /tmp/help.tar.gz', 'somewhere else'],
    ],
  ).action(run(async () => (await import('../commands/support-bundle.js')).supportBundle));

  withExamples(
    command('explain', 'Says what a cause means, when it is told, and what to do about it.').argument(
      '[cause]',
      'the word for it, e.g. CrashLoop; all of them without it',
    ),
    [
      ['bigdata explain', 'every cause, one line each'],
      ['bigdata explain ClaimPending', 'one of them'],
    ],
  ).action((cause: string | undefined, options: Parsed) =>
    dispatch(options, async (context) => (await import('../commands/explain.js')).explain(context, cause)),
  );

  withExamples(
    command('replay', "Says whether today's workflows go the way that a recorded history went.")
      .argument(
        '<history>',
        'a history as JSON, e.g. out of a support bundle, or the ID of a workflow in Temporal',
      )
      .option('--run-id <run>', 'run of the workflow; the newest without it'),
    [
      ['bigdata replay histories/1-install/operation.json', 'needs neither Temporal nor a cluster'],
      ['bigdata replay bigdata:153dd46d:bigdata', 'exit code 1 if it is not compatible'],
    ],
  ).action((history: string, options: ReplayOptions & Parsed) =>
    dispatch(options, async (context) =>
      (await import('../commands/replay.js')).replay(context, history, options),
    ),
  );

  const images = program
    .command('images')
    .description('Builds the images of the stack, and pushes them to a registry.');
  const imagesCommand = (name: string, summary: string): Command =>
    withFile(withOutput(images.command(name).description(summary)), defaultFile);
  withExamples(imagesCommand('build', 'Builds the images on this machine.'), [
    ['bigdata images build', 'no registry needed'],
  ]).action(run(async () => (await import('../commands/images.js')).buildImages));
  withExamples(
    imagesCommand('push', 'Builds the images and pushes them to `images.registry` of the stack file.').option(
      '--no-tls-verify',
      'the registry talks plain HTTP, or has a certificate of its own',
    ),
    [['bigdata images push -f my-stack.yaml', 'credentials: as `buildah login` left them']],
  ).action(run(async () => (await import('../commands/images.js')).pushImages));

  addComponentCommands(program, dispatch);
  addToolCommands(program, { defaultFile, dispatch, write });

  return program;
}
