/** @module */
import { ExitCode } from '../../errors.js';
import type { ClusterOptions, CommandContext, CommandResult } from '../command.js';
import { renderTable } from '../render/table.js';
import { openRunningCluster } from '../target.js';

/** Shows the stacks of a cluster: their namespaces, and how much of each is installed and proven. */
export async function list(context: CommandContext, options: ClusterOptions): Promise<CommandResult> {
  const { style, width } = context;
  const cluster = await openRunningCluster(context, options);
  const stacks = await Promise.all(
    (await cluster.stacks()).map(async ({ stack, namespace }) => {
      const [proofs, releases] = await Promise.all([cluster.proofs(namespace), cluster.releases(namespace)]);
      const own = [...releases.values()].filter((release) => release.stack === stack);
      const proven = own.filter(({ name, revision }) => proofs.get(name)?.revision === revision);
      return { stack, namespace, components: own.map(({ name }) => name).toSorted(), proven: proven.length };
    }),
  );
  const rows = stacks.map(({ stack, namespace, components, proven }) => [
    style.strong(stack),
    namespace,
    `${proven} of ${components.length}`,
    components.join(', '),
  ]);
  return {
    exitCode: ExitCode.ok,
    text:
      stacks.length === 0
        ? `There is no stack in ${cluster.access.context}.\n`
        : renderTable(['stack', 'namespace', 'proven', 'components'], rows, style, width),
    document: { context: cluster.access.context, stacks },
  };
}
