/**
 * The part of a person's environment that a worker needs.
 *
 * @module
 */
import { delimiter, sep } from 'node:path';

const names: ReadonlySet<string> = new Set([
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'TZ',
  'TMPDIR',
  'NODE_EXTRA_CA_CERTS',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
]);

/** Temporal's and our own settings, and what the credential helpers in kubeconfigs read. */
const prefixes = [
  'TEMPORAL_',
  'BIGDATA_',
  'XDG_',
  'SSL_CERT_',
  'LC_',
  'AWS_',
  'AZURE_',
  'GOOGLE_',
  'CLOUDSDK_',
];

/**
 * Not to be passed on: set for daemons by their starter, or about a command's cluster, which a worker is given as an argument:
 * as variables they would make another worker of it in each terminal.
 */
const notPassed: ReadonlySet<string> = new Set([
  'BIGDATA_DAEMON',
  'BIGDATA_CONTEXT',
  'BIGDATA_KUBECONFIG',
  'BIGDATA_STACK',
]);

/**
 * What remains is the same in every terminal, however the command was started: so the same worker is found to be
 * the same, and not restarted because npm set another variable.
 */
export function workerEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !notPassed.has(entry[0]) &&
      (names.has(entry[0]) || prefixes.some((prefix) => entry[0].startsWith(prefix))),
  );
  const variables = { ...Object.fromEntries(kept), PATH: withoutNpm(environment['PATH'] ?? '') };
  return Object.fromEntries(Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** npm puts its own folders before PATH. */
function withoutNpm(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => !folder.split(sep).includes('node_modules'))
    .join(delimiter);
}
