/**
 * Encrypts what Temporal keeps of operations, if there is a key: AES-256-GCM, as Temporal's samples do.
 *
 * @see https://docs.temporal.io/payload-codec
 * @module
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

import { type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import proto from '@temporalio/proto';

import { ExitCode, UserError } from '../errors.js';
import { errorText } from '../util/error-text.js';

/** A key in base64, or several in lines: the first one encrypts, all of them decrypt. */
export const keyVariable = 'BIGDATA_CODEC_KEY';

/** A file with the same, which only its owner may read. */
export const keyFileVariable = 'BIGDATA_CODEC_KEY_FILE';

/** A CommonJS module, whose names Node does not see. */
const common = proto.temporal.api.common.v1;

/** `encoding` of an encrypted payload. */
const encrypted = 'binary/encrypted';

const [keyLength, ivLength, tagLength] = [32, 12, 16];

/**
 * The codec for the keys that the environment names.
 *
 * @returns undefined if it names none: nothing is encrypted then
 * @throws UserError if a key cannot be used
 */
export async function payloadCodec(environment: NodeJS.ProcessEnv): Promise<PayloadCodec | undefined> {
  const named = environment[keyVariable] ?? '';
  const file = environment[keyFileVariable] ?? '';
  if (named === '' && file === '') return undefined;
  const [text, where] = named === '' ? [await readKeyFile(file), file] : [named, keyVariable];
  const keys = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'base64'));
  if (keys.length === 0 || keys.some(({ length }) => length !== keyLength))
    throw unusable(where, `it must hold ${keyLength} bytes in base64, in each line`);
  return new EncryptionCodec(keys);
}

async function readKeyFile(file: string): Promise<string> {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) throw unusable(file, 'others than its owner may read it', `chmod 600 ${file}`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unusable(file, `it cannot be read: ${errorText(error)}`);
  }
}

function unusable(
  where: string,
  why: string,
  how = `(umask 077; openssl rand -base64 32 > FILE)`,
): UserError {
  return new UserError({
    message: `The encryption key for Temporal cannot be used: ${why}`,
    where,
    unchanged: 'Nothing was touched',
    next: `\`${how}\`, or unset ${keyVariable} and ${keyFileVariable}`,
    exitCode: ExitCode.usage,
  });
}

/** Encrypts every payload by the first of its keys. What is not encrypted passes as it is. */
export class EncryptionCodec implements PayloadCodec {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #first: readonly [id: string, key: Buffer];

  /** @param keys - of 32 bytes each, at least one */
  constructor(keys: readonly Buffer[]) {
    const named = keys.map((key) => [idOf(key), key] as const);
    const [first] = named;
    if (first === undefined) throw new ValueError('there is no key');
    this.#keys = new Map(named);
    this.#first = first;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const [id, key] = this.#first;
    return payloads.map((payload) => {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const plain = common.Payload.encode(payload).finish();
      const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return { metadata: { encoding: Buffer.from(encrypted), 'encryption-key-id': Buffer.from(id) }, data };
    });
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      if (textOf(payload, 'encoding') !== encrypted) return payload;
      const id = textOf(payload, 'encryption-key-id');
      const key = this.#keys.get(id);
      if (key === undefined)
        throw new ValueError(
          `this was encrypted by the key ${id}, which is not among those of ${keyVariable} or ${keyFileVariable}`,
        );
      const data = Buffer.from(payload.data ?? []);
      const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, ivLength));
      decipher.setAuthTag(data.subarray(-tagLength));
      const plain = Buffer.concat([decipher.update(data.subarray(ivLength, -tagLength)), decipher.final()]);
      return common.Payload.decode(plain);
    });
  }
}

/** Names a key without telling it. */
function idOf(key: Buffer): string {
  return createHash('sha256').update('bigdata codec key\0').update(key).digest('hex').slice(0, 12);
}

function textOf({ metadata }: Payload, key: string): string {
  return Buffer.from(metadata?.[key] ?? []).toString();
}
