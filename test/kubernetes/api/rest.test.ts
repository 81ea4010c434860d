import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KubernetesError } from '../../../src/kubernetes/api/errors.js';
import { Rest } from '../../../src/kubernetes/api/rest.js';
import {
  type FakeApiServer,
  type Handler,
  answer,
  kubeConfig,
  startFakeApiServer,
} from '../fake-api-server.js';

let server: FakeApiServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(handler: Handler): Promise<Rest> {
  server = await startFakeApiServer(handler);
  return server.rest;
}

async function errorOf(request: Promise<unknown>): Promise<KubernetesError> {
  const error: unknown = await request.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(KubernetesError);
  return error as KubernetesError;
}

describe('a request', () => {
  it('sends credentials, query and body, and parses the answer', async () => {
    const rest = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () =>
        answer(response, 200, { body: JSON.parse(body) as unknown, ...request.headers }),
      );
    });
    const query = { a: 1, none: undefined };
    const result = await rest.json<Record<string, unknown>>({
      method: 'POST',
      path: '/x',
      query,
      body: { b: 2 },
    });
    expect(result).toMatchObject({
      body: { b: 2 },
      authorization: 'Bearer secret-token',
      'content-type': 'application/json',
    });
    expect(server?.requests).toEqual(['POST /x?a=1']);
  });

  it.each([
    [400, 'invalid'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'notFound'],
    [409, 'conflict'],
    [410, 'gone'],
    [422, 'invalid'],
    [429, 'server'],
    [500, 'server'],
    [503, 'server'],
  ])('answered by %i is %s, in the server’s words', async (status, kind) => {
    const rest = await serve((_request, response) =>
      answer(response, status, { kind: 'Status', message: 'because' }),
    );
    const error = await errorOf(rest.json({ path: '/x' }));
    expect(error).toMatchObject({ kind, status, message: 'GET /x: because' });
  });

  it('does not take an API server that has just started for one that forbids', async () => {
    const message = 'pods "x" is forbidden: not yet ready to handle request';
    const rest = await serve((_request, response) => answer(response, 403, { kind: 'Status', message }));
    expect(await errorOf(rest.json({ path: '/x' }))).toMatchObject({ kind: 'server', status: 403 });
  });

  it('survives answers that are no Status', async () => {
    const rest = await serve((_request, response) => answer(response, 502, '<html>Bad Gateway</html>'));
    expect((await errorOf(rest.json({ path: '/x' }))).message).toContain('Bad Gateway');
    await server?.close();
    const odd = await serve((_request, response) => answer(response, 200, 'not JSON'));
    expect((await errorOf(odd.json({ path: '/x' }))).message).toContain('not JSON');
  });

  it('that nobody answers is unreachable, and names no secret', async () => {
    const rest = new Rest(kubeConfig('http://127.0.0.1:1'));
    const error = await errorOf(rest.json({ path: '/x' }));
    expect(error.kind).toBe('unreachable');
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.message).not.toContain('secret-token');
  });

  it('that hangs is given up after its time', async () => {
    const rest = await serve(() => {});
    expect((await errorOf(rest.json({ path: '/x', timeout: 200 }))).kind).toBe('unreachable');
  });

  it('ends with the reason of its signal', async () => {
    const rest = await serve(() => {});
    const stop = new AbortController();
    const pending = rest.json({ path: '/x', signal: stop.signal });
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  it('that is not taken with the credentials that are known is sent once more with those of now', async () => {
    const seen: string[] = [];
    await serve((request, response) => {
      seen.push(request.headers.authorization ?? '');
      answer(response, request.headers.authorization === 'Bearer second' ? 200 : 401, { message: 'expired' });
    });
    let tokens = ['first', 'second'];
    const next = () => {
      const config = new KubeConfig();
      const [token = ''] = tokens;
      tokens = tokens.length > 1 ? tokens.slice(1) : tokens;
      config.loadFromClusterAndUser(
        { name: 'fake', server: server?.address ?? '', skipTLSVerify: true },
        { name: 'me', token },
      );
      return config;
    };
    const rest = new Rest(next(), next);
    // At the same time: one renewal serves all.
    await Promise.all([rest.json({ path: '/x' }), rest.json({ path: '/y' })]);
    expect(seen.toSorted()).toEqual(['Bearer first', 'Bearer first', 'Bearer second', 'Bearer second']);
    tokens = ['third'];
    const strange = new Rest(next(), next);
    expect((await errorOf(strange.json({ path: '/x' }))).kind).toBe('unauthorized');
    expect(seen.filter((each) => each === 'Bearer third')).toHaveLength(2);
  });

  it('that a busy server puts off is sent again when it says, and not for ever', async () => {
    let puttingOff = 3;
    const rest = await serve((request, response) => {
      puttingOff -= 1;
      if (puttingOff < 0) return answer(response, 200, { method: request.method });
      response.writeHead(puttingOff % 2 === 0 ? 429 : 503, { 'retry-after': '0' });
      response.end('{"message":"too many requests"}');
    });
    expect(await rest.json({ method: 'PUT', path: '/x', body: {} })).toEqual({ method: 'PUT' });
    puttingOff = 100;
    expect((await errorOf(rest.json({ path: '/x' }))).message).toContain('too many requests');
    expect(puttingOff).toBe(89);
  });

  it('that is put off ends with the reason of its signal', async () => {
    const rest = await serve((_request, response) => {
      response.writeHead(429, { 'retry-after': '3600' });
      response.end();
    });
    const stop = new AbortController();
    const pending = rest.json({ path: '/x', signal: stop.signal, timeout: 60_000 });
    await vi.waitUntil(() => server?.requests.length === 1);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  it('that meets a connection closed meanwhile is sent again', async () => {
    let requests = 0;
    const rest = await serve((request, response) => {
      requests += 1;
      if (requests === 2) {
        request.socket.destroy();
      } else {
        answer(response, 200, { requests });
      }
    });
    await rest.json({ path: '/x' });
    expect(await rest.json({ path: '/x' })).toEqual({ requests: 3 });
  });
});

describe('deleteIfThere', () => {
  const signal = AbortSignal.timeout(5_000);

  it('is content if the object is gone, or is another one by now', async () => {
    const rest = await serve((_request, response, { pathname }) =>
      answer(response, pathname === '/gone' ? 404 : 409, {}),
    );
    await rest.deleteIfThere('/gone', 'uid', signal);
    await rest.deleteIfThere('/other', 'uid', signal);
  });

  it('is not content if it may not', async () => {
    const rest = await serve((_request, response) => answer(response, 403, {}));
    expect((await errorOf(rest.deleteIfThere('/x', undefined, signal))).kind).toBe('forbidden');
  });
});

it.each([-1, 1])(
  'knows the server’s time also when the clock of this machine is set by %i h',
  async (hours) => {
    const date = 'Thu, 01 Jan 2026 12:00:00 GMT';
    const rest = await serve((_request, response) => {
      response.setHeader('date', date);
      answer(response, 200, {});
    });
    await rest.json({ path: '/x' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
    try {
      expect(Math.abs(rest.serverTime() - Date.parse(date))).toBeLessThan(20_000);
    } finally {
      vi.useRealTimers();
    }
  },
);
