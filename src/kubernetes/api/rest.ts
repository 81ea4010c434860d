/**
 * Requests to the API server as plain JSON.
 *
 * The client library knows how to read kubeconfig files and to authenticate; its generated calls have no time-out,
 * no abort and turn dates into objects on list but not on watch. So it gives us the credentials, and requests are
 * made here, one way for all resources.
 *
 * @module
 */
import type { KubeConfig } from '@kubernetes/client-node';
import { type Agent, type IncomingMessage, request as plainRequest } from 'node:http';
import { type RequestOptions, Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { KubernetesError, errorOfAnswer, errorOfConnection, isKubernetesError } from './errors.js';
import { errorText } from '../../util/error-text.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RestRequest {
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path below the server, e.g. `/api/v1/namespaces`. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default `application/json`; patches name their kind here. */
  readonly contentType?: string;
  /** Default `application/json`. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the whole answer must be here. Default 30 s; streams have none. */
  readonly timeout?: number;
}

/** Media types of patches. */
export const Patch = {
  merge: 'application/merge-patch+json',
  /** JSON is YAML, so the body is sent as JSON. */
  apply: 'application/apply-patch+yaml',
} as const;

/** Media types that ask for names, labels, annotations and owners only. */
export const metadataOnly = {
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
  one: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
} as const;

const defaultTimeout = 30_000;

/** Statuses by which an API server puts a request off, with Retry-After: it has too many, or it is starting. */
const postponing: ReadonlySet<number> = new Set([429, 503]);

/** Times that a request is put off before that counts as the answer; as Kubernetes' own clients have it. */
const mostPostponements = 10;

/** Milliseconds for which credentials are used before the configuration is asked again: tokens expire, files change. */
const credentialsAge = 60_000;

/** Who we are, as options of a request. */
interface Credentials {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly options: Promise<RequestOptions>;
}

/** One API server with one user's credentials. */
export class Rest {
  readonly server: string;
  #config: KubeConfig;
  readonly #reload: (() => KubeConfig) | undefined;
  #credentials: Credentials | undefined;
  /** The server's time when it answered last, and this machine's monotonic clock then: nobody sets that one. */
  #heard: { readonly serverTime: number; readonly at: number } | undefined;

  /**
   * @param reload - reads the configuration again, when the server no longer takes its credentials
   * @throws Error if the configuration's current context names no cluster
   */
  constructor(config: KubeConfig, reload?: () => KubeConfig) {
    this.#reload = reload;
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error(`context ${config.getCurrentContext()} names no cluster`);
    this.server = cluster.server;
    this.#config = config;
  }

  /**
   * The API server's time, milliseconds since 1970, by its last answer to anybody here: right to about half a second.
   * Several machines can agree on it without their own clocks agreeing, and while these are set.
   */
  serverTime(): number {
    if (this.#heard === undefined) return Date.now();
    return this.#heard.serverTime + performance.now() - this.#heard.at;
  }

  /** Sends a request and parses the answer. @throws KubernetesError, or the signal's reason. */
  async json<T>(request: RestRequest): Promise<T> {
    const body = await this.text(request);
    try {
      return JSON.parse(body) as T;
    } catch (error) {
      throw new KubernetesError('server', `${describe(request)}: the answer is not JSON`, { cause: error });
    }
  }

  /** Sends a request and gives the answer's text. @throws KubernetesError, or the signal's reason. */
  async text(request: RestRequest): Promise<string> {
    const timeout = AbortSignal.timeout(request.timeout ?? defaultTimeout);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    try {
      const answer = await this.#send({ ...request, signal });
      return await read(answer);
    } catch (error) {
      throw toError(request, error);
    }
  }

  /** Sends a request and gives the answer's bytes as they come, e.g. a watch. @throws KubernetesError, or the signal's reason. */
  async stream(request: RestRequest): Promise<IncomingMessage> {
    try {
      return await this.#send(request);
    } catch (error) {
      throw toError(request, error);
    }
  }

  /**
   * Asks for an object's deletion in the background; fine if it is gone, or if another one has its name by now.
   *
   * @param propagationPolicy - `Orphan` leaves what it owns
   * @throws KubernetesError, or the signal's reason
   */
  async deleteIfThere(
    path: string,
    uid: string | undefined,
    signal: AbortSignal,
    propagationPolicy: 'Background' | 'Orphan' = 'Background',
  ): Promise<void> {
    const preconditions = uid === undefined ? {} : { preconditions: { uid } };
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy,
      ...preconditions,
    };
    try {
      await this.json({ method: 'DELETE', path, body, signal });
    } catch (error) {
      if (!isKubernetesError(error, 'notFound', 'conflict')) throw error;
    }
  }

  /** Once more with new credentials if the server does not take those that are known: they expired, or were renewed. */
  async #send(request: RestRequest): Promise<IncomingMessage> {
    const known = this.#credentialsNow();
    const options = await this.#optionsOf(known);
    try {
      return await this.#sendAs(options, request);
    } catch (error) {
      if (!this.#reload || !isKubernetesError(error, 'unauthorized') || request.signal?.aborted) throw error;
      // Many meet it at the same time, and one renewal serves all.
      if (this.#credentials === known) this.#renew(this.#reload);
      return await this.#sendAs(await this.#optionsOf(this.#credentialsNow()), request);
    }
  }

  #renew(reload: () => KubeConfig): void {
    try {
      this.#config = reload();
    } catch {
      // A file that is being written: what was read before may still do.
    }
    this.#credentials = undefined;
  }

  async #sendAs(credentials: RequestOptions, request: RestRequest): Promise<IncomingMessage> {
    const url = new URL(this.server.replace(/\/$/, '') + request.path);
    for (const [key, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    request.signal?.throwIfAborted();
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const options: RequestOptions = {
      ...credentials,
      method: request.method ?? 'GET',
      headers: {
        ...credentials.headers,
        accept: request.accept ?? 'application/json',
        'user-agent': 'bigdata',
        ...(body === undefined
          ? {}
          : {
              'content-type': request.contentType ?? 'application/json',
              'content-length': Buffer.byteLength(body),
            }),
      },
      ...(request.signal ? { signal: request.signal } : {}),
    };
    const answer = await exchangePatiently(url, options, body);
    const date = Date.parse(answer.headers.date ?? '');
    // The header has whole seconds, cut off.
    if (!Number.isNaN(date)) this.#heard = { serverTime: date + 500, at: performance.now() };
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status <= 299) return answer;
    throw errorOfAnswer(describe(request), status, await read(answer));
  }

  #credentialsNow(): Credentials {
    const now = Date.now();
    // A clock that was set back makes nothing younger.
    const age = Math.abs(now - (this.#credentials?.since ?? 0));
    if (!this.#credentials || age > credentialsAge) {
      this.#credentials = { since: now, options: this.#newCredentials() };
    }
    return this.#credentials;
  }

  async #optionsOf(credentials: Credentials): Promise<RequestOptions> {
    try {
      return await credentials.options;
    } catch (error) {
      if (this.#credentials === credentials) this.#credentials = undefined;
      throw new KubernetesError('unauthorized', `no credentials: ${errorText(error)}`, {
        cause: error,
      });
    }
  }

  async #newCredentials(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    // The library's agents open a connection for every request; an inventory makes hundreds.
    if (options.agent) (options.agent as Agent & { keepAlive: boolean }).keepAlive = true;
    // Certificates are parsed once, not for each of them; a proxy's agent has a way of its own.
    if (options.agent instanceof TlsAgent)
      options.agent.options.secureContext = createSecureContext(options.agent.options);
    return options;
  }
}

/** Sends again, after the time that it names, what a busy server has put off: it has done nothing then. */
async function exchangePatiently(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
): Promise<IncomingMessage> {
  for (let attempt = 1; ; attempt++) {
    const answer = await exchange(url, options, body);
    const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
    const isPutOff = postponing.has(answer.statusCode ?? 0) && seconds >= 0;
    if (!isPutOff || attempt > mostPostponements) return answer;
    await read(answer);
    await sleep(seconds * 1_000, undefined, options.signal ? { signal: options.signal } : {});
  }
}

/** Sends once, and once more if a kept connection turned out to be closed: every request made here can be repeated. */
async function exchange(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
): Promise<IncomingMessage> {
  const send = url.protocol === 'http:' ? plainRequest : tlsRequest;
  for (;;) {
    const outgoing = send(url, options);
    try {
      return await new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.on('response', resolve);
        outgoing.on('error', reject);
        // A peer that dies silently is noticed by TCP: a watch may rightly have nothing to say for long.
        outgoing.on('socket', (socket) => socket.setKeepAlive(true, 15_000));
        outgoing.end(body);
      });
    } catch (error) {
      const stale = outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
      if (!stale || options.signal?.aborted) throw error;
    }
  }
}

async function read(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function describe(request: RestRequest): string {
  return `${request.method ?? 'GET'} ${request.path}`;
}

function toError(request: RestRequest, error: unknown): unknown {
  if (error instanceof KubernetesError) return error;
  if (request.signal?.aborted) return request.signal.reason;
  return errorOfConnection(describe(request), error);
}
