/**
 * Where people and programs connect to.
 *
 * @module
 */
import type { Endpoint, Plan } from '../../stack/plan/plan-types.js';
import type { Cluster } from '../platform/platform.js';
import { renderTable } from './table.js';
import type { Style } from './style.js';

/** An endpoint as it is reached from where the command runs. */
export interface ReachableEndpoint {
  readonly component: string;
  readonly name: string;
  readonly protocol: string;
  /** Link or `host:port` on the local cluster; for programs in the cluster on a user's cluster. */
  readonly address: string;
  /** Command that makes it reachable from this machine, where it is not already. */
  readonly forward?: string;
  readonly usage?: string;
  readonly credentials?: string;
}

const browsable: ReadonlySet<string> = new Set(['http', 'https']);

/** Every endpoint of the plan; those whose service is not there are left out. */
export async function reachableEndpoints(
  plan: Plan,
  cluster: Cluster,
  showCredentials = false,
): Promise<ReachableEndpoint[]> {
  const endpoints = plan.components.flatMap(({ name, endpoints: own }) =>
    own.map(async (endpoint) => {
      const address = await cluster.serviceAddress(plan.namespace, endpoint.service);
      if (address === undefined) return [];
      const found = reachable(name, endpoint, address, plan.namespace, cluster);
      return [showCredentials ? await withCredentials(found, endpoint, plan.namespace, cluster) : found];
    }),
  );
  return (await Promise.all(endpoints)).flat();
}

export function renderEndpoints(
  endpoints: readonly ReachableEndpoint[],
  style: Style,
  width: number,
): string {
  if (endpoints.length === 0) {
    return 'No endpoints: nothing that is installed has one.\n';
  }
  const rows = endpoints.map(({ component, name, address, usage, credentials }) => [
    style.strong(`${component} ${name}`),
    address,
    [usage, credentials].filter((text) => text !== undefined).join('\n'),
  ]);
  const forwards = endpoints.flatMap(({ forward }) => (forward === undefined ? [] : `  ${forward}\n`));
  return [
    renderTable(['endpoint', 'address', 'how to use it'], rows, style, width),
    ...(forwards.length === 0 ? [] : ['\nTo reach them from this machine, one at a time:\n', ...forwards]),
  ].join('');
}

/** One endpoint, with all that is known of how it is used. */
export function renderEndpoint(
  { component, name, address, usage, credentials }: ReachableEndpoint,
  style: Style,
): string {
  const lines = [`${style.strong(`${component} ${name}`)}: ${address}`, usage, credentials];
  return lines.flatMap((line) => (line === undefined ? [] : `${line}\n`)).join('');
}

/** With the values of its Secret in the place of their names. */
async function withCredentials(
  found: ReachableEndpoint,
  { credentials }: Endpoint,
  namespace: string,
  cluster: Cluster,
): Promise<ReachableEndpoint> {
  if (credentials === undefined) return found;
  const secret = await cluster.secret(namespace, credentials.secret);
  if (secret === undefined) return found;
  const pairs = credentials.keys.map((key) => `${key} ${secret[key] ?? '(not there)'}`);
  return { ...found, credentials: `credentials: ${pairs.join(', ')}` };
}

function reachable(
  component: string,
  endpoint: Endpoint,
  address: string,
  namespace: string,
  cluster: Cluster,
): ReachableEndpoint {
  const { name, protocol, port, usage, credentials } = endpoint;
  const local = cluster.access.kind === 'local';
  const host = local && address !== 'None' ? address : `${endpoint.service}.${namespace}.svc`;
  return {
    component,
    name,
    protocol,
    address: addressOf(endpoint, host),
    ...(local ? {} : { forward: forwardCommand(endpoint, namespace, cluster, port) }),
    ...(usage === undefined ? {} : { usage }),
    ...(credentials === undefined
      ? {}
      : {
          credentials: `credentials: keys ${credentials.keys.join(', ')} of Secret ${namespace}/${credentials.secret}`,
        }),
  };
}

/** As people and programs write it. */
export function addressOf({ protocol, port, path }: Endpoint, host: string): string {
  return browsable.has(protocol) ? `${protocol}://${host}:${port}${path ?? '/'}` : `${host}:${port}`;
}

function forwardCommand(endpoint: Endpoint, namespace: string, { access }: Cluster, port: number): string {
  return `kubectl --context ${access.context} --namespace ${namespace} port-forward service/${endpoint.service} ${port}`;
}
