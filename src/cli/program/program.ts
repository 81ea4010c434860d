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
    .showHelpAfterError('(see --help)')
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
        'Starts what is missing, installs the stack and proves it. Run again, it attaches or changes nothing.',
      ),
      ...setOnStack,
    )
      .addOption(
        new Option(
          '--on-failure <what>',
          'when a component fails for good: wait for a decision; end once the other branches have finished; or roll the component back to its proven revision first',
        )
          .choices(['wait', 'abort', 'rollback'])
          .default('wait'),
      )
      .addOption(
        new Option(
          '--unlisted <what>',
          'installed components that the stack file no longer lists: remove them last and keep their data, or keep them',
        )
          .choices(['remove', 'keep'])
          .default('remove'),
      )
      .addOption(
        new Option(
          '--drift <what>',
          'components that somebody changed since they were proven: restore the plan, or keep them as they are if they pass their checks',
        )
          .choices(['repair', 'keep'])
          .default('repair'),
      )
      .option(
        '--adopt',
        'take over releases and objects of the same names that belong to no stack, after showing the changes',
        false,
      )
      .option('-y, --yes', 'do not ask before taking over', false)
      .option('--timings', 'show when each component did its own work, and the critical path', false)
      .option('--no-install', 'only start cluster, Temporal, images and worker')
      .option('--temporal-port <port>', 'port of the local Temporal server', parsePort)
      .option('--ui-port <port>', 'port of its Web UI', parsePort)
      .argument('[component...]', 'only these, and what they need'),
    [
      ['bigdata up', 'the local cluster and everything on it'],
      ['bigdata up kafka', 'Kafka and what it needs; the rest stays as it is'],
      ['bigdata up --set kafka.replicas=5', 'with another value than in the stack file'],
      ['bigdata up -f my-stack.yaml', 'with your own stack file'],
      ['bigdata up -f base.yaml -f production.yaml', 'with the differences in a second file'],
      ['bigdata up --context production', 'on a cluster that you have'],
      ['bigdata up --on-failure abort', 'unattended: nothing is left waiting'],
      ['bigdata up --timings', 'with a bar for each component'],
      ['bigdata up --adopt', 'takes over what plain Helm or kubectl made'],
      [
        'bigdata up --on-failure rollback',
        'unattended: a component that fails goes back to its proven revision',
      ],
    ],
  ).action(runOnly(async () => (await import('../commands/up.js')).up));

  withExamples(
    withSet(
      onStack('plan', 'Shows what `up` would install, change and remove. Changes nothing.'),
      ...setOnStack,
    )
      .option('--no-diff', 'without the diffs of changed components')
      .option('--all', 'also with the diffs of check pods and chart labels', false)
      .option('--exit-code', 'end with 1 if there is anything to do', false),
    [
      ['bigdata plan', 'with the diff of each object, secrets redacted'],
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
      onStack('retry <component>', 'Tries a failed component again, as the stack file says now.'),
      'key=value',
      'a value that overrides the stack file, for this install only',
    ),
    [
      ['bigdata retry kafka', 'after you fixed the cause, or the stack file'],
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

  withExamples(onStack('skip <component>', 'Goes on without a failed component and without what needs it.'), [
    ['bigdata skip kafka', 'the install ends as incomplete; the next `up` tries kafka again'],
  ]).action(runOn(async () => (await import('../commands/skip.js')).skip));

  withExamples(
    onStack(
      'abort',
      'Ends the running install: running steps finish, nothing new starts, everything proven stays.',
    ).option('--now', 'also stop running steps', false),
    [
      ['bigdata abort', 'returns when the install has ended; `up` goes on from there'],
      ['bigdata abort --now', 'does not wait for running steps; `up` recovers what was cut off'],
    ],
  ).action(run(async () => (await import('../commands/abort.js')).abort));

  withExamples(
    onStack('verify', 'Runs every check again. Changes nothing.')
      .option('--disruptive', 'also run the checks that disturb users, e.g. restart a pod', false)
      .argument('[component...]', 'only these'),
    [
      ['bigdata verify', 'exit code 1 if anything does not work'],
      ['bigdata verify kafka', 'only the checks of Kafka'],
    ],
  ).action(runOnly(async () => (await import('../commands/verify.js')).verify));

  withExamples(
    onStack(
      'rollback',
      'Rolls a component back to a proven revision, then proves it and what needs it again.',
    )
      .argument('<component>', 'which one')
      .argument(
        '[revision]',
        'the revision to roll back to (default: the last proven one before the installed one)',
        parseRevision,
      ),
    [
      ['bigdata rollback kafka', 'the stack file stays as it is: the next `up` installs what it says'],
      ['bigdata rollback kafka 3', 'to a revision that `bigdata history kafka` shows as proven'],
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
      'Verifies the stack on a schedule, as long as Temporal and a worker run. Shows the results.',
    )
      .option('--every <time>', 'how often, e.g. 30m or 1h; starts or changes the schedule')
      .option('--repair', 'restore what drifted before verifying', false)
      .option('--off', 'end the schedule', false),
    [
      ['bigdata watch --every 1h', 'verifies now and every hour; skipped while an operation runs'],
      ['bigdata watch --every 1h --repair', 'also restores what drifted'],
      ['bigdata watch', 'the last ten results; exit code 1 if the last one found something wrong'],
      ['bigdata watch --off', 'ends it'],
    ],
  ).action(run(async () => (await import('../commands/watch.js')).watch));

  withExamples(
    withYes(
      onStack('uninstall', 'Removes the stack in reverse order, and proves that nothing it owned is left.')
        .option('--delete-data', 'also delete the data; otherwise the volumes stay', false)
        .argument('[component...]', 'only these, and what needs them'),
      'deleting data, or removing what needs a component',
    ),
    [
      ['bigdata uninstall', 'keeps data; the next `up` finds it again'],
      ['bigdata uninstall --delete-data --yes', 'everything, without a question'],
      ['bigdata uninstall kafka', 'Kafka and what needs it; the rest stays'],
    ],
  ).action(runOnly(async () => (await import('../commands/uninstall.js')).uninstall));

  withExamples(
    onStack(
      'endpoints',
      'Shows the addresses of the installed components, and which Secrets have their credentials.',
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
      ).option('--delete', 'also delete the local cluster, its images and data, and the history', false),
      'deleting',
    ),
    [
      ['bigdata down', '`bigdata up` starts it again'],
      ['bigdata down --delete --yes', 'leaves nothing of this clone'],
    ],
  ).action(run(async () => (await import('../commands/down.js')).down));

  withExamples(
    command('doctor', 'Examines every prerequisite and process, and says what to do. Changes nothing.'),
    [['bigdata doctor', 'exit code 3 if something is wrong']],
  ).action(run(async () => (await import('../commands/doctor.js')).doctor));

  withExamples(
    withCluster(
      command('worker', 'Runs a worker for one cluster until it is stopped. `up` starts one by itself.'),
    ),
    [['bigdata worker --context production', 'any number may run for the same cluster']],
  ).action(run(async () => (await import('../commands/worker.js')).worker));

  withExamples(
    command(
      'codec-server',
      'Lets the Web UI decrypt payloads, until it is stopped: see BIGDATA_CODEC_KEY_FILE.',
    ).option('--port <port>', 'its port on the loopback interface (default: a free one)', parsePort),
    [['bigdata codec-server', 'prints the address for the Web UI; keep it secret']],
  ).action(run(async () => (await import('../commands/codec-server.js')).codecServer));

  withExamples(
    onStack(
      'support-bundle',
      'Collects what others need to help into one archive, without secrets. Changes nothing.',
    ).option('--archive <name.tar.gz>', 'a new file (default: named by stack and time)'),
    [
      ['bigdata support-bundle', 'bigdata-support-STACK-TIME.tar.gz; begin with its index.md'],
      ['bigdata support-bundle --archive /tmp/help.tar.gz', 'in another place'],
    ],
  ).action(run(async () => (await import('../commands/support-bundle.js')).supportBundle));

  withExamples(
    command('explain', 'Explains a cause: what is wrong, when it is reported, what to do.').argument(
      '[cause]',
      'e.g. CrashLoop (default: all)',
    ),
    [
      ['bigdata explain', 'every cause, one line each'],
      ['bigdata explain ClaimPending', 'one cause'],
    ],
  ).action((cause: string | undefined, options: Parsed) =>
    dispatch(options, async (context) => (await import('../commands/explain.js')).explain(context, cause)),
  );

  withExamples(
    command('replay', 'Tells whether this version can continue the operation of a recorded history.')
      .argument('<history>', 'a history as JSON, e.g. from a support bundle, or a workflow ID in Temporal')
      .option('--run-id <run>', 'run of the workflow (default: the newest)'),
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
      'the registry speaks plain HTTP, or has a self-signed certificate',
    ),
    [['bigdata images push -f my-stack.yaml', 'credentials: as `buildah login` left them']],
  ).action(run(async () => (await import('../commands/images.js')).pushImages));

  addComponentCommands(program, dispatch);
  addToolCommands(program, { defaultFile, dispatch, write });

  return program;
}
