/**
 * Proxies that the environment names, as Go's programs read it: Helm and kubectl must go the same way as this program.
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy
 *
 * @module
 */
import { BlockList, isIP } from 'node:net';

const proxyVariables = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'];
const exemptVariables = ['NO_PROXY', 'no_proxy'];

/** This machine, which Go's programs reach without a proxy whatever the environment says; others do not. */
export const loopback: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** The proxy through which a server is reached; undefined if it is reached directly. */
export function proxyFor(server: string, environment: NodeJS.ProcessEnv): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const proxy = firstOf(
    environment,
    protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'],
  );
  if (proxy === '') return undefined;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const exempt = firstOf(environment, exemptVariables)
    .split(',')
    .map((entry) => entry.trim());
  if ([...loopback, ...exempt].some((entry) => matches(entry, host, port || defaultPort(protocol))))
    return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** Has this process, and what it starts, reach hosts without a proxy. */
export function exemptFromProxies(environment: NodeJS.ProcessEnv, hosts: readonly string[]): void {
  if (firstOf(environment, proxyVariables) === '') return;
  const known = firstOf(environment, exemptVariables);
  const missing = hosts.filter((host) => !known.split(',').includes(host));
  const all = [known, ...missing].filter((each) => each !== '').join(',');
  for (const name of exemptVariables) environment[name] = all;
}

function firstOf(environment: NodeJS.ProcessEnv, names: readonly string[]): string {
  return names.map((name) => environment[name] ?? '').find((value) => value !== '') ?? '';
}

function defaultPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}

/** An entry is `*`, an address, a range, or a name, which means what lies below it as well; addresses and names may have a port. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInRange(entry, host);
  const [, name = entry, onlyPort = port] = /^([^:]+|\[[^\]]+\]):(\d+)$/.exec(entry) ?? [];
  if (name === '' || onlyPort !== port) return false;
  const bare = name.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) return bare === host;
  const domain = bare.replace(/^\*?\./, '');
  return host.endsWith(`.${domain}`) || (host === domain && domain === bare);
}

function isInRange(range: string, host: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(bits)) return false;
  const list = new BlockList();
  const type = family === 6 ? 'ipv6' : 'ipv4';
  try {
    list.addSubnet(address, Number(bits), type);
  } catch {
    return false;
  }
  return list.check(host, type);
}
