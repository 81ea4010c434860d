import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { UserError } from '../../src/errors.js';
import { EncryptionCodec, payloadCodec } from '../../src/temporal/codec.js';
import { type CodecServer, startCodecServer } from '../../src/temporal/codec-server.js';

const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const value = { facts: 'nonce-4711', list: [1, 2, 3] };
const payload = defaultPayloadConverter.toPayload(value);

async function decoded(codec: EncryptionCodec, payloads: Payload[]): Promise<unknown[]> {
  return (await codec.decode(payloads)).map((each) => defaultPayloadConverter.fromPayload(each));
}

async function refused(environment: NodeJS.ProcessEnv): Promise<UserError> {
  const error: unknown = await payloadCodec(environment).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

async function post(url: string, body: unknown, origin?: string): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(origin === undefined ? {} : { origin }) },
  });
}

interface JsonPayload {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

function asJson({ metadata, data }: Payload): JsonPayload {
  const entries = Object.entries(metadata ?? {});
  return {
    metadata: Object.fromEntries(entries.map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')])),
    data: Buffer.from(data ?? []).toString('base64'),
  };
}

describe('the codec', () => {
  test('gives back what it encrypted, and tells nothing of it', async () => {
    const codec = new EncryptionCodec([one]);
    const encoded = await codec.encode([payload, payload]);
    expect(
      JSON.stringify(encoded.map(({ data }) => Buffer.from(data ?? []).toString('latin1'))),
    ).not.toContain('nonce');
    expect(encoded[0]?.data).not.toEqual(encoded[1]?.data);
    expect(await decoded(codec, encoded)).toEqual([value, value]);
  });

  test('reads what older keys encrypted, and what is not encrypted', async () => {
    const old = await new EncryptionCodec([one]).encode([payload]);
    expect(await decoded(new EncryptionCodec([other, one]), [...old, payload])).toEqual([value, value]);
  });

  test('says which key is missing, and refuses what was changed', async () => {
    const encoded = await new EncryptionCodec([one]).encode([payload]);
    await expect(new EncryptionCodec([other]).decode(encoded)).rejects.toThrow(
      /encrypted by the key [0-9a-f]{12}, which is not among those of BIGDATA_CODEC_KEY/,
    );
    const data = Buffer.from(encoded[0]?.data ?? []);
    data[20] = (data[20] ?? 0) ^ 1;
    await expect(new EncryptionCodec([one]).decode([{ ...encoded[0], data }])).rejects.toThrow(
      /authenticate/,
    );
  });
});

describe('the key', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bigdata-codec-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('comes from the environment, or from a file, or there is none', async () => {
    const file = join(folder, 'key');
    await writeFile(file, `${other.toString('base64')}\n${one.toString('base64')}\n`, { mode: 0o600 });
    const encoded = await new EncryptionCodec([one]).encode([payload]);
    for (const environment of [
      { BIGDATA_CODEC_KEY: one.toString('base64') },
      { BIGDATA_CODEC_KEY_FILE: file },
    ]) {
      const codec = (await payloadCodec(environment)) as EncryptionCodec;
      expect(await decoded(codec, encoded)).toEqual([value]);
    }
    expect(await payloadCodec({})).toBeUndefined();
  });

  test('is refused if others may read it, if it is too short, if it is not there', async () => {
    const file = join(folder, 'open');
    await writeFile(file, one.toString('base64'));
    await chmod(file, 0o644);
    expect(await refused({ BIGDATA_CODEC_KEY_FILE: file })).toMatchObject({
      message: expect.stringContaining('others than its owner may read it') as string,
      where: file,
      next: expect.stringContaining(`chmod 600 ${file}`) as string,
    });
    expect((await refused({ BIGDATA_CODEC_KEY: 'c2hvcnQ=' })).message).toContain('32 bytes in base64');
    expect((await refused({ BIGDATA_CODEC_KEY_FILE: join(folder, 'none') })).message).toContain(
      'cannot be read',
    );
  });
});

describe('the codec server', () => {
  let server: CodecServer;
  const codec = new EncryptionCodec([one]);
  const webUi = 'http://127.0.0.1:8233';
  beforeAll(async () => {
    server = await startCodecServer({ codec, port: 0, webUi });
  });
  afterAll(() => server.close());

  test('decrypts as the Web UI asks it to', async () => {
    const payloads = (await codec.encode([payload])).map(asJson);
    const answer = await post(`${server.endpoint}/decode`, { payloads }, webUi);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(webUi);
    expect(await answer.json()).toEqual({ payloads: [asJson(payload)] });
  });

  test('encrypts as the command line asks it to', async () => {
    const answer = await post(`${server.endpoint}/encode`, { payloads: [asJson(payload)] });
    const { payloads } = (await answer.json()) as { payloads: JsonPayload[] };
    expect(Buffer.from(payloads[0]?.metadata['encoding'] ?? '', 'base64').toString()).toBe(
      'binary/encrypted',
    );
  });

  test('answers nobody who does not know its address, and no page of others', async () => {
    const { origin } = new URL(server.endpoint);
    expect((await post(`${origin}/decode`, { payloads: [] })).status).toBe(404);
    expect((await post(`${server.endpoint}/decode`, { payloads: [] }, 'http://evil.example')).status).toBe(
      404,
    );
    expect((await post(`${server.endpoint}/decode`, 'nonsense')).status).toBe(400);
  });
});
