/**
 * The Temporal that operations run on: the one that the environment names, else the local one.
 *
 * @module
 */
import { Client } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import type { PayloadCodec } from '@temporalio/common';
import type { NativeConnectionOptions } from '@temporalio/worker';

import type { Paths } from '../paths.js';
import type { Report } from '../progress.js';
import { payloadCodec } from './codec.js';
import { configuredServer } from './configuration.js';
import { ensureDevServer, findDevServer } from './dev-server.js';
import type { DevServer, DevServerOptions } from './dev-server.js';
import { reach } from './reach.js';

/** A Temporal that answers. Close it when done. */
export interface TemporalServer {
  readonly address: string;
  readonly namespace: string;
  /** True if this clone runs it. */
  readonly local: boolean;
  readonly client: Client;
  /** Undefined if payloads are not encrypted. */
  readonly codec: PayloadCodec | undefined;
  /** Without a slash at its end; undefined where nobody said where it is. */
  readonly webUi: string | undefined;
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
  /** Undefined if payloads are not encrypted. */
  readonly codec: PayloadCodec | undefined;
}

const defaultNamespace = 'default';
const localSource = 'the local server';
const configuredSource = "Temporal's environment configuration";

/**
 * Connects, and starts the local server if no other is configured and it does not run.
 *
 * @throws UserError if the configured server cannot be reached, or the local one cannot be started
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
  const codec = await payloadCodec(environment);
  return connectLocal(await ensureDevServer(paths, report, options), codec);
}

/** Connects to what is there; undefined if the local server is meant and does not run. Starts nothing. */
export async function findTemporal(
  paths: Paths,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<TemporalServer | undefined> {
  const configured = configuredServer(environment);
  if (configured !== undefined) {
    return connectConfigured(configured, environment);
  }
  const running = await findDevServer(paths);
  return running === undefined ? undefined : connectLocal(running, await payloadCodec(environment));
}

/** Where a worker connects to; undefined if the local server is meant and does not run. */
export async function temporalAddress(
  paths: Paths,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<TemporalAddress | undefined> {
  const codec = await payloadCodec(environment);
  const configured = configuredServer(environment);
  if (configured !== undefined) return configuredAddress(configured, codec);
  const running = await findDevServer(paths);
  return running === undefined ? undefined : localAddress(running, codec);
}

function localAddress({ address }: DevServer, codec: PayloadCodec | undefined): TemporalAddress {
  return { connectionOptions: { address }, namespace: defaultNamespace, source: localSource, codec };
}

function configuredAddress(
  configured: ClientConnectConfig,
  codec: PayloadCodec | undefined,
): TemporalAddress {
  return {
    connectionOptions: settingsOf(configured),
    namespace: configured.namespace ?? defaultNamespace,
    source: configuredSource,
    codec,
  };
}

async function connectLocal(server: DevServer, codec: PayloadCodec | undefined): Promise<TemporalServer> {
  return open(localAddress(server, codec), true, server.webUi);
}

async function connectConfigured(
  configured: ClientConnectConfig,
  environment: NodeJS.ProcessEnv,
): Promise<TemporalServer> {
  const at = configuredAddress(configured, await payloadCodec(environment));
  return open(at, false, environment['BIGDATA_TEMPORAL_UI']?.replace(/\/$/, ''));
}

async function open(
  { connectionOptions: options, namespace, source, codec }: TemporalAddress,
  local: boolean,
  webUi: string | undefined,
): Promise<TemporalServer> {
  const connection = await reach(options, source);
  return {
    address: options.address ?? '',
    namespace,
    local,
    client: new Client({ connection, namespace, ...encryptedBy(codec) }),
    codec,
    webUi,
    workflowLink: (workflowId, runId) =>
      webUi === undefined
        ? undefined
        : [webUi, 'namespaces', namespace, 'workflows', encodeURIComponent(workflowId), runId]
            .filter((part) => part !== undefined)
            .join('/'),
    close: () => connection.close(),
  };
}

/** What clients and workers are given so that payloads are encrypted. */
export function encryptedBy(codec: PayloadCodec | undefined): {
  readonly dataConverter?: { readonly payloadCodecs: PayloadCodec[] };
} {
  return codec === undefined ? {} : { dataConverter: { payloadCodecs: [codec] } };
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
