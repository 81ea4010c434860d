import { afterEach, beforeEach, expect, it } from 'vitest';
import { addCredentials, removePreviousCredentials } from '../../../src/kubernetes/secrets/rotate.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../fake-api-server.js';

const rotation = {
  secret: 'minio',
  keys: { accessKey: 'previousAccessKey', secretKey: 'previousSecretKey' },
};
const old = { accessKey: encode('user'), secretKey: encode('s'.repeat(40)), rootUser: encode('root') };

let server: FakeApiServer;
let data: Record<string, string>;
let version: number;
/** Writes by another hand that come first. */
let others: number;

beforeEach(async () => {
  data = { ...old };
  version = 1;
  others = 0;
  server = await startFakeApiServer((request, response) => {
    if (request.method !== 'PATCH') return answer(response, 200, secretNow());
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (others-- > 0) version++;
      const patch = JSON.parse(body) as {
        metadata?: { resourceVersion: string };
        data: Record<string, string | null>;
      };
      if (patch.metadata && patch.metadata.resourceVersion !== `${version}`)
        return answer(response, 409, { message: 'the object has been modified' });
      const merged = Object.entries({ ...data, ...patch.data }).filter(([, value]) => value !== null);
      data = Object.fromEntries(merged) as Record<string, string>;
      answer(response, 200, secretNow());
    });
  });
});

afterEach(() => server.close());

function secretNow(): object {
  return { metadata: { name: 'minio', resourceVersion: `${version}` }, data };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

const decoded = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();

it('new values come beside the old ones, and go on alone', async () => {
  expect(await addCredentials(server.rest, 'demo', rotation)).toBe(true);
  expect(data).toMatchObject({
    rootUser: old.rootUser,
    previousAccessKey: old.accessKey,
    previousSecretKey: old.secretKey,
  });
  // As long as before, and never short.
  expect(decoded('accessKey')).toMatch(/^[A-Za-z0-9]{20}$/);
  expect(decoded('secretKey')).toMatch(/^[A-Za-z0-9]{40}$/);
  const { accessKey, secretKey } = data;
  await removePreviousCredentials(server.rest, 'demo', rotation);
  expect(data).toEqual({ rootUser: old.rootUser, accessKey, secretKey });
});

it('a rotation that did not end is not begun again', async () => {
  await addCredentials(server.rest, 'demo', rotation);
  const before = { ...data };
  expect(await addCredentials(server.rest, 'demo', rotation)).toBe(false);
  expect(data).toEqual(before);
});

it('what another hand writes meanwhile is not overwritten', async () => {
  others = 2;
  expect(await addCredentials(server.rest, 'demo', rotation)).toBe(true);
  expect(data).toMatchObject({ previousSecretKey: old.secretKey });
});
