/**
 * The Temporal that operations run on: the one that the environment names, else the embedded one.
 *
 * @module
 */
import { Client } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';

import type { Paths } from '../paths.js';
import type { Report } from '../progress.js';
import { configuredServer } from './configuration.js';
import { ensureDevServer, findDevServer } from './dev-server.js';
import type { DevServer, DevServerOptions } from './dev-server.js';
import { reach } from './reach.js';

/** A Temporal that answers. Close it when done. */
export interface TemporalServer {
  readonly address: string;
  readonly namespace: string;
  /** True if this clone runs it. */
  readonly embedded: boolean;
  readonly client: Client;
  /** Link to a workflow in the Web UI, undefined where nobody said where the UI is. */
  workflowLink(workflowId: string, runId?: string): string | undefined;
  close(): Promise<void>;
}

/** What clients and workers both understand. */
export type ConnectionSettings = Pick<NativeConnectionOptions, 'address' | 'tls' | 'apiKey' | 'metadata'>;

/** How a worker, which brings its own connection, reaches the same server. */
export interface TemporalAddress {
  readonly connectionOptions: ConnectionSettings;
  readonly namespace: string;
  /** For people: where the address comes from. */
  readonly source: string;
}

const defaultNamespace = 'default';
const embeddedSource = 'the embedded server';
const configuredSource = "Temporal's environment configuration";

/**
 * Connects, and starts the embedded server if no other is configured and it does not run.
 *
 * @throws UserError if the configured server cannot be reached, or the embedded one cannot be started
 */
export async function connectTemporal(
  paths: Paths,
  report: Report,
  options: DevServerOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<TemporalServer> {
  const configured = configuredServer(environment);
  if (configured !== undefined) {
    report({ text: `connecting to ${configured.connectionOptions.address}` });
    return connectConfigured(configured, environment);
  }
  return connectEmbedded(await ensureDevServer(paths, report, options));
}

/** Connects to what is there; undefined if the embedded server is meant and does not run. Starts nothing. */
export async function findTemporal(
  paths: Paths,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<TemporalServer | undefined> {
  const configured = configuredServer(environment);
  if (configured !== undefined) {
    return connectConfigured(configured, environment);
  }
  const running = await findDevServer(paths);
  return running === undefined ? undefined : connectEmbedded(running);
}

/** Where a worker connects to; undefined if the embedded server is meant and does not run. */
export async function temporalAddress(
  paths: Paths,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<TemporalAddress | undefined> {
  const configured = configuredServer(environment);
  if (configured !== undefined) {
    return {
      connectionOptions: settingsOf(configured),
      namespace: configured.namespace ?? defaultNamespace,
      source: configuredSource,
    };
  }
  const running = await findDevServer(paths);
  return running === undefined
    ? undefined
    : {
        connectionOptions: { address: running.address },
        namespace: defaultNamespace,
        source: embeddedSource,
      };
}

async function connectEmbedded(server: DevServer): Promise<TemporalServer> {
  return open({ address: server.address }, defaultNamespace, embeddedSource, true, server.webUi);
}

async function connectConfigured(
  configured: ClientConnectConfig,
  environment: NodeJS.ProcessEnv,
): Promise<TemporalServer> {
  const namespace = configured.namespace ?? defaultNamespace;
  return open(settingsOf(configured), namespace, configuredSource, false, environment['BIGDATA_TEMPORAL_UI']);
}

async function open(
  options: ConnectionSettings,
  namespace: string,
  source: string,
  embedded: boolean,
  webUi: string | undefined,
): Promise<TemporalServer> {
  const connection = await reach(options, source);
  return {
    address: options.address ?? '',
    namespace,
    embedded,
    client: new Client({ connection, namespace }),
    workflowLink: (workflowId, runId) =>
      webUi === undefined
        ? undefined
        : [
            webUi.replace(/\/$/, ''),
            'namespaces',
            namespace,
            'workflows',
            encodeURIComponent(workflowId),
            runId,
          ]
            .filter((part) => part !== undefined)
            .join('/'),
    close: () => connection.close(),
  };
}

function settingsOf({ connectionOptions }: ClientConnectConfig): ConnectionSettings {
  const { address, tls, apiKey, metadata } = connectionOptions;
  return {
    ...(address === undefined ? {} : { address }),
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
