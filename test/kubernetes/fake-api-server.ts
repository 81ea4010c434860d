/**
 * An API server that says what a test wants.
 *
 * @module
 */
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { Rest } from '../../src/kubernetes/api/rest.js';

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

export interface FakeApiServer {
  readonly rest: Rest;
  readonly address: string;
  /** `METHOD path?query` of all requests. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function startFakeApiServer(handler: Handler): Promise<FakeApiServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    handler(request, response, new URL(request.url ?? '/', 'http://localhost'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    rest: new Rest(kubeConfig(address)),
    address,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function kubeConfig(server: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'fake', server, skipTLSVerify: true },
    { name: 'me', token: 'secret-token' },
  );
  return config;
}

export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
