/** @module */
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult } from '../command.js';
import { requireYes } from '../operations/confirm.js';
import { Step } from '../progress/step.js';

export interface DownOptions {
  readonly delete: boolean;
  readonly yes: boolean;
}

/** Stops what this clone started: worker, Temporal, cluster. Its data stays, unless it is to be deleted. */
export async function down(context: CommandContext, options: DownOptions): Promise<CommandResult> {
  const { platform, progress, style } = context;
  if (options.delete) {
    await requireYes(context, options.yes, {
      question: 'Delete the local cluster with all its data and images, and the history of operations?',
      refusal: 'Not confirmed',
    });
  }
  const workers = new Step('Stopping workers', [], () => platform.workers.stopAll());
  const temporal = new Step('Stopping Temporal', [workers], () => platform.temporal.stop());
  const node = new Step(
    options.delete ? 'Deleting the cluster' : 'Stopping the cluster',
    [workers],
    (report) => (options.delete ? platform.node.delete(report) : platform.node.stop(report)),
  );
  const rest = new Step('Deleting history and logs', [temporal, node], async () => {
    await platform.temporal.delete();
    await platform.workers.delete();
    await platform.tidy();
  });
  await progress.steps([workers, temporal, node, ...(options.delete ? [rest] : [])]);
  const text = options.delete
    ? 'Everything of this clone is deleted; what was compiled stays in the cache for the next time.'
    : 'Everything is stopped; the data is kept. `bigdata up` starts it again, `bigdata down --delete` removes it.';
  return {
    exitCode: ExitCode.ok,
    text: `${style.good(text)}\n`,
    document: { stopped: true, deleted: options.delete },
  };
}
