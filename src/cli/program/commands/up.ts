/** @module */
import { Option } from 'commander';
import { parsePort, withExamples, withSet } from '../options.js';
import { type Registry, setOnStack } from '../registry.js';

/** `bigdata up`. */
export function up({ runOnly, onStack }: Registry): void {
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
      .addOption(
        new Option(
          '--accept-loss <component>',
          'make the component smaller although it loses data; repeatable',
        )
          .argParser((name: string, others: readonly string[]) => [...others, name])
          .default([], 'none'),
      )
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
      ['bigdata up --context production', 'on your own cluster'],
      ['bigdata up --on-failure abort', 'unattended: nothing is left waiting'],
      ['bigdata up --timings', 'with a bar for each component'],
      ['bigdata up --adopt', 'takes over what plain Helm or kubectl made'],
      [
        'bigdata up --on-failure rollback',
        'unattended: a component that fails goes back to its proven revision',
      ],
    ],
  ).action(runOnly(async () => (await import('../../commands/up.js')).up));
}
