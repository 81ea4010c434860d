/** @module */
import { ExitCode } from '../../errors.js';
import type { ClusterOptions, CommandContext, CommandResult } from '../command.js';
import { openRunningCluster } from '../target.js';

/** Runs a worker for one cluster until SIGINT or SIGTERM; any number may run beside each other. */
export async function worker(context: CommandContext, options: ClusterOptions): Promise<CommandResult> {
  const cluster = await openRunningCluster(context, options);
  context.onInterrupt(undefined);
  await context.platform.workers.run(cluster);
  return { exitCode: ExitCode.ok, text: 'The worker has ended.\n', document: { ended: true } };
}
