/**
 * The few questions that are put to the API server while it comes up: one connection a question, no retries.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { parse } from 'yaml';

/** What the API server answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

interface Kubeconfig {
  readonly clusters: readonly [{ cluster: { server: string; 'certificate-authority-data': string } }];
  readonly users: readonly [{ user: { 'client-certificate-data': string; 'client-key-data': string } }];
}

/** A GET with the client certificate of a kubeconfig; undefined if nobody answers in time (milliseconds). */
export async function askApi(
  kubeconfig: string,
  path: string,
  timeout = 3000,
): Promise<ApiAnswer | undefined> {
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const options = {
    agent: false,
    ca: decode(clusters[0].cluster['certificate-authority-data']),
    cert: decode(users[0].user['client-certificate-data']),
    key: decode(users[0].user['client-key-data']),
    timeout,
  };
  return await new Promise((resolve) => {
    const asked = request(new URL(path, clusters[0].cluster.server), options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(undefined));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
    asked.on('close', () => resolve(undefined));
    asked.end();
  });
}

function decode(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

/** Whether the API server says that it is ready. */
export async function isApiReady(kubeconfig: string): Promise<boolean> {
  return (await askApi(kubeconfig, '/readyz'))?.status === 200;
}

/** What the node says of itself. */
export interface NodeCondition {
  readonly ready: boolean;
  /** Why it is not ready, for people. */
  readonly reason: string;
  /** When the kubelet last said so, milliseconds since 1970. */
  readonly heartbeat: number;
}

/** The Ready condition of a node; undefined if the node or the API server is not there. */
export async function nodeCondition(kubeconfig: string, node: string): Promise<NodeCondition | undefined> {
  const answer = await askApi(kubeconfig, `/api/v1/nodes/${node}`);
  if (answer?.status !== 200) {
    return undefined;
  }
  const { status } = JSON.parse(answer.body) as {
    status: { conditions?: { type: string; status: string; message: string; lastHeartbeatTime: string }[] };
  };
  const condition = status.conditions?.find(({ type }) => type === 'Ready');
  return condition === undefined
    ? undefined
    : {
        ready: condition.status === 'True',
        reason: condition.message,
        heartbeat: Date.parse(condition.lastHeartbeatTime),
      };
}
