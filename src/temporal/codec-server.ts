/**
 * Reads encrypted payloads for the Web UI and Temporal's command line.
 *
 * @see https://docs.temporal.io/production-deployment/data-encryption
 * @module
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import type { PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { errorText } from '../util/error-text.js';

/** Bytes of one request. */
const longest = 16 * 1024 * 1024;

export interface CodecServer {
  /** What the Web UI is given as its codec server. Whoever knows it can read what was encrypted: it has a secret in its path. */
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface CodecServerOptions {
  readonly codec: PayloadCodec;
  /** 0 for any that is free. */
  readonly port: number;
  /** Origin of the Web UI, which alone may ask from a browser: `http://127.0.0.1:8233`. */
  readonly webUi: string | undefined;
}

interface Served extends Omit<CodecServerOptions, 'port'> {
  /** Behind which it is asked. */
  readonly path: string;
}

/** Listens on the loopback interface alone. @throws Error if the port is taken */
export async function startCodecServer({ codec, port, webUi }: CodecServerOptions): Promise<CodecServer> {
  const path = `/${randomBytes(24).toString('base64url')}`;
  const server = createServer((request, response) => {
    void serve(request, response, { codec, path, webUi });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: chosen } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${chosen}${path}`, close: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { codec, path, webUi }: Served,
): Promise<void> {
  const { origin } = request.headers;
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const verb = ['encode', 'decode'].find((each) => isSame(pathname, `${path}/${each}`));
  if (verb === undefined || (origin !== undefined && origin !== webUi)) return end(response, 404);
  if (origin !== undefined) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Headers', 'content-type,x-namespace');
    response.setHeader('Access-Control-Allow-Methods', 'POST');
  }
  if (request.method === 'OPTIONS') return end(response, 204);
  if (request.method !== 'POST') return end(response, 405);
  try {
    const { Payloads } = proto.temporal.api.common.v1;
    const { payloads = [] } = Payloads.fromObject(JSON.parse(await bodyOf(request)) as object);
    const coded = await (verb === 'encode' ? codec.encode(payloads) : codec.decode(payloads));
    const document = Payloads.toObject(Payloads.create({ payloads: coded }), { bytes: String });
    response.setHeader('Content-Type', 'application/json');
    end(response, 200, JSON.stringify(document));
  } catch (error) {
    end(response, 400, errorText(error));
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longest) throw new Error(`a request may have ${longest} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function end(response: ServerResponse, status: number, body = ''): void {
  response.statusCode = status;
  response.end(body);
}
