/** @module */
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { reachableEndpoints, renderEndpoints } from '../render/endpoints.js';
import { openRunningCluster, planOf } from '../target.js';

export interface EndpointsOptions extends StackOptions {
  /** True if the values of Secrets are shown, too. */
  readonly showCredentials?: boolean;
}

/** Shows where the installed components are reached. */
export async function endpoints(context: CommandContext, options: EndpointsOptions): Promise<CommandResult> {
  const plan = await planOf(context, options);
  const cluster = await openRunningCluster(context, options);
  const reachable = await reachableEndpoints(plan, cluster, options.showCredentials);
  return {
    exitCode: ExitCode.ok,
    text: renderEndpoints(reachable, context.style, context.width),
    document: { endpoints: reachable },
  };
}
