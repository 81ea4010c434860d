/**
 * From a kubeconfig to a cluster that answers, or to a word about why not.
 *
 * @module
 */
import { KubeConfig } from '@kubernetes/client-node';
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { ExitCode, UserError } from '../../errors.js';
import { runExecPlugins } from './exec-plugins.js';
import { type KubernetesError, isKubernetesError } from './errors.js';
import { proxyFor } from '../../processes/proxies.js';
import type { SecretValue } from '../../redaction/redactor.js';
import type { Metadata } from './objects.js';
import { Rest } from './rest.js';
import { errorText } from '../../util/error-text.js';

/** Which cluster, as whom. */
export interface ClusterConnection {
  /** Path of a kubeconfig, or several with the platform's path delimiter between, as in the variable KUBECONFIG. */
  readonly kubeconfig: string;
  /** Default: the kubeconfig's current context. */
  readonly context?: string;
}

/** A cluster that answered. */
export interface Cluster {
  readonly rest: Rest;
  readonly connection: ClusterConnection;
  /** UID of the namespace kube-system: differs between clusters, lives as long as the cluster. */
  readonly uid: string;
}

/**
 * Connects and asks for the cluster's identity.
 *
 * @throws UserError if the kubeconfig cannot be read, the context is not in it, or the cluster cannot be used.
 */
export async function connect(connection: ClusterConnection, signal?: AbortSignal): Promise<Cluster> {
  const rest = new Rest(loadKubeConfig(connection), () => loadKubeConfig(connection));
  try {
    const namespace = await rest.json<{ metadata: Metadata }>({
      path: '/api/v1/namespaces/kube-system',
      timeout: 10_000,
      ...(signal ? { signal } : {}),
    });
    return { rest, connection, uid: namespace.metadata.uid ?? '' };
  } catch (error) {
    if (isKubernetesError(error)) throw toUserError(error, rest.server, connection);
    throw error;
  }
}

/** What the kubeconfig proves by who we are. @throws UserError */
export function kubeconfigSecrets(connection: ClusterConnection): SecretValue[] {
  const user = loadKubeConfig(connection).getCurrentUser();
  const values = {
    token: user?.token,
    password: user?.password,
    'client-key-data': user?.keyData && Buffer.from(user.keyData, 'base64'),
  };
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined || value.length === 0
      ? []
      : [{ secret: 'kubeconfig', key, bytes: Buffer.from(value as string) }],
  );
}

/**
 * The files of a list such as KUBECONFIG, as kubectl takes it: without empty entries and, if any file is there, without those that
 * are not. Their paths are absolute, because workers run in another folder.
 */
export function kubeconfigFiles(list: string): string {
  const files = list
    .split(delimiter)
    .filter((path) => path !== '')
    .map((path) => resolve(path));
  const present = files.filter((path) => existsSync(path));
  return (present.length > 0 ? present : files).join(delimiter);
}

/** Reads the kubeconfig and selects the context. @throws UserError */
export function loadKubeConfig({ kubeconfig, context }: ClusterConnection): KubeConfig {
  const config = new KubeConfig();
  const [first, ...others] = kubeconfig.split(delimiter).filter((path) => path !== '');
  try {
    config.loadFromFile(first ?? '');
    for (const path of others) {
      const more = new KubeConfig();
      more.loadFromFile(path);
      mergeInto(config, more);
    }
  } catch (error) {
    throw new UserError({
      message: `The kubeconfig cannot be read: ${errorText(error)}`,
      where: kubeconfig,
      unchanged: 'nothing was touched',
      next: 'name a kubeconfig by --kubeconfig or KUBECONFIG',
      exitCode: ExitCode.environment,
      cause: error,
    });
  }
  if (context !== undefined) config.setCurrentContext(context);
  if (!config.getContextObject(config.getCurrentContext()) || !config.getCurrentCluster()) {
    const names = config.getContexts().map((each) => each.name);
    throw new UserError({
      message: `There is no usable context ${config.getCurrentContext() || '(none is current)'}`,
      where: kubeconfig,
      unchanged: 'nothing was touched',
      next:
        names.length === 0
          ? 'name a kubeconfig that has a context'
          : `choose with --context: ${names.join(', ')}`,
      exitCode: ExitCode.usage,
    });
  }
  useProxies(config);
  runExecPlugins(config);
  return config;
}

/** Where a kubeconfig names none, as kubectl has it. */
function useProxies(config: KubeConfig): void {
  const cluster = config.getCurrentCluster();
  const proxyUrl = cluster && !cluster.proxyUrl ? proxyFor(cluster.server, process.env) : undefined;
  if (cluster && proxyUrl !== undefined) Object.assign(cluster, { proxyUrl });
}

/** As kubectl does: of two with one name, the first wins; the library refuses them. */
function mergeInto(config: KubeConfig, more: KubeConfig): void {
  for (const cluster of more.getClusters()) {
    if (!config.getCluster(cluster.name)) config.addCluster(cluster);
  }
  for (const user of more.getUsers()) {
    if (!config.getUser(user.name)) config.addUser(user);
  }
  for (const context of more.getContexts()) {
    if (!config.getContextObject(context.name)) config.addContext(context);
  }
  if (!config.getCurrentContext()) config.setCurrentContext(more.getCurrentContext());
}

const advice = {
  unreachable: {
    what: 'does not answer',
    next: 'make sure that the cluster runs and that this machine can reach it',
  },
  untrusted: {
    what: 'has a certificate that is not trusted',
    next: 'correct certificate-authority-data in the kubeconfig',
  },
  unauthorized: {
    what: 'does not know these credentials',
    next: 'log in again, or renew the credentials in the kubeconfig',
  },
  forbidden: {
    what: 'allows this user too little',
    next: 'ask for the right to `get namespaces`, or use another context',
  },
} as const;

/** The word for people on a request that failed while connecting. */
export function toUserError(
  error: KubernetesError,
  server: string,
  connection: ClusterConnection,
): UserError {
  const known = error.kind in advice ? advice[error.kind as keyof typeof advice] : undefined;
  return new UserError({
    message: `The cluster ${server} ${known?.what ?? 'gave an unexpected answer'} (${error.message})`,
    where: `${connection.kubeconfig}${connection.context === undefined ? '' : `, context ${connection.context}`}`,
    unchanged: 'nothing was touched',
    next: known?.next ?? 'see the API server’s log, then try again',
    exitCode: ExitCode.environment,
    cause: error,
  });
}
