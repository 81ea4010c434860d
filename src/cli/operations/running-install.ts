/** @module */
import { operationId } from '../../client/naming.js';
import { findRunning } from '../../client/running.js';
import { attachTo } from '../../client/start.js';
import type { Operation } from '../../client/start.js';
import { ExitCode, UserError } from '../../errors.js';
import type { Plan } from '../../stack/plan/plan-types.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { CommandContext, StackOptions } from '../command.js';
import { openSoundCluster, prepareOperation } from '../target.js';

/** The install that runs on a stack, with what it runs on. */
export interface RunningInstall {
  readonly operation: Operation;
  readonly temporal: TemporalServer;
}

/**
 * Does something with the install that runs on the plan's stack; brings up Temporal and a worker, which it needs to answer.
 *
 * @throws UserError if none runs
 */
export async function withRunningInstall<Result>(
  context: CommandContext,
  options: StackOptions,
  plan: Plan,
  work: (install: RunningInstall) => Promise<Result>,
): Promise<Result> {
  const cluster = await openSoundCluster(context, options);
  const temporal = await prepareOperation(context, cluster);
  try {
    const running = await findRunning(temporal.client, operationId(cluster.uid, plan.namespace));
    if (running === undefined) {
      throw new UserError({
        message: `There is nothing to decide: no operation is running on ${plan.stack} in namespace ${plan.namespace}`,
        unchanged: 'Nothing was touched',
        next: '`bigdata status` shows what is proven, `bigdata up` installs what is not',
        exitCode: ExitCode.usage,
      });
    }
    if (running.kind !== 'install') {
      throw new UserError({
        message: `There is nothing to decide: the running operation is ${running.kind}, which never waits for a decision`,
        where: `workflow ${running.id}`,
        unchanged: 'Nothing was touched; the running operation goes on',
        next: '`bigdata status --follow` watches it until it ends',
        exitCode: ExitCode.usage,
      });
    }
    return await work({ operation: attachTo(temporal.client, running), temporal });
  } finally {
    await temporal.close();
  }
}
