/** @module */
import { ExitCode, UserError } from '../../errors.js';
import { suggest } from '../../stack/files/document/nearest.js';
import type { Endpoint, PlannedComponent } from '../../stack/plan/plan-types.js';
import { freePort, isPortFree, refuseTakenPort } from '../../processes/ports.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { addressOf, reachableEndpoints, renderEndpoint } from '../render/endpoints.js';
import { listedPart, openRunningCluster } from '../target.js';
import { runTool } from './tool.js';

export interface ConnectOptions extends StackOptions {
  readonly component: string;
  /** Name of one of its endpoints; default: the first one. */
  readonly endpoint?: string;
  /** Of this machine's loopback interface. */
  readonly port?: number;
  /** True if the values of Secrets are shown, too. */
  readonly showCredentials?: boolean;
}

/** Shows how an endpoint is used from this machine, and forwards a port to it, until Ctrl-C, where it is not reached otherwise. */
export async function connect(context: CommandContext, options: ConnectOptions): Promise<CommandResult> {
  const { port, showCredentials } = options;
  const part = await listedPart(context, options, options.component);
  const component = part.components[0] as PlannedComponent;
  const endpoint = endpointOf(component, options);
  const cluster = await openRunningCluster(context, options);
  const { access } = cluster;
  const only = { ...part, components: [{ ...component, endpoints: [endpoint] }] };
  const [found] = await reachableEndpoints(only, cluster, showCredentials);
  if (found === undefined) {
    throw new UserError({
      message: `${component.name} is not installed`,
      where: `there is no Service ${part.namespace}/${endpoint.service}`,
      unchanged: 'Nothing was touched',
      next: '`bigdata up` installs it',
      exitCode: ExitCode.failed,
    });
  }
  if (access.kind === 'local' && port === undefined)
    return { exitCode: ExitCode.ok, text: renderEndpoint(found, context.style), document: found };
  const here = await portOfThisMachine(endpoint.port, port);
  const forwarded = { ...found, address: addressOf({ ...endpoint, port: here }, '127.0.0.1') };
  context.progress.note(`${renderEndpoint(forwarded, context.style)}until Ctrl-C:`);
  const args = ['port-forward', `service/${endpoint.service}`, `${here}:${endpoint.port}`];
  return await runTool(context, 'kubectl', args, { namespace: part.namespace, access });
}

/** @throws UserError that names those that there are */
function endpointOf({ name, endpoints }: PlannedComponent, options: ConnectOptions): Endpoint {
  const { endpoint: wanted, file } = options;
  const found = wanted === undefined ? endpoints[0] : endpoints.find((each) => each.name === wanted);
  if (found !== undefined) return found;
  const names = endpoints.map((each) => each.name);
  throw new UserError({
    message: wanted === undefined ? `${name} has no endpoint` : `${name} has no endpoint ${wanted}`,
    where: file,
    unchanged: 'Nothing was touched',
    next:
      wanted === undefined
        ? '`bigdata endpoints` lists those of the other components'
        : suggest(wanted, names),
    exitCode: ExitCode.usage,
  });
}

/** That of the Service if nobody has it, so that links are easy to remember, or else any. @throws UserError if the wanted one is taken */
async function portOfThisMachine(usual: number, wanted: number | undefined): Promise<number> {
  await refuseTakenPort('--port', wanted);
  if (wanted !== undefined) return wanted;
  return (await isPortFree(usual)) ? usual : await freePort();
}
