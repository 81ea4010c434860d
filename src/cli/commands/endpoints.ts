/** @module */
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { reachableEndpoints, renderEndpoints } from '../render/endpoints.js';
import { openRunningCluster, planOf } from '../target.js';

/** Shows where the installed components are reached. */
export async function endpoints(context: CommandContext, options: StackOptions): Promise<CommandResult> {
  const plan = await planOf(context, options);
  const reachable = await reachableEndpoints(plan, await openRunningCluster(context, options));
  return {
    exitCode: ExitCode.ok,
    text: renderEndpoints(reachable, context.style, context.width),
    document: { endpoints: reachable },
  };
}
