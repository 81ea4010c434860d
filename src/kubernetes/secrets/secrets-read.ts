/**
 * What the pods of a workload have read of Secrets, kept as an annotation of the workload: a Secret that changes replaces no pod.
 *
 * @module
 */
import { type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

import type { Metadata } from '../api/objects.js';
import type { SecretReference } from './references.js';
import type { Secret } from './values.js';

/** Annotation of a workload: a {@link SecretsRead} as JSON. */
export const secretsReadAnnotation = 'bigdata.dev/secrets-read';

/** Our name as a writer of it. */
export const secretsReadManager = 'bigdata-secrets';

/** What was read of a Secret. */
export interface SecretRead {
  /** The resourceVersion that it had; empty if there was none. */
  readonly version: string;
  /** Of the keys that the workload names. Slow to compute, so that nobody guesses a value by it. */
  readonly digest: string;
  /** What pods may have read that are replaced since, for as long as that is not complete. */
  readonly before?: string;
}

/** By the name of the Secret. */
export type SecretsRead = Readonly<Record<string, SecretRead>>;

/** What is known of a workload's pods; undefined if nobody wrote it down, or somebody mangled it. */
export function secretsReadOf({ annotations = {} }: Metadata): SecretsRead | undefined {
  const text = annotations[secretsReadAnnotation];
  if (text === undefined) return undefined;
  try {
    const found = JSON.parse(text) as Partial<Record<string, Partial<SecretRead> | null>> | null;
    const isSound = Object.values(found ?? {}).every(
      (each) => typeof each?.version === 'string' && typeof each.digest === 'string',
    );
    return found !== null && isSound ? (found as SecretsRead) : undefined;
  } catch {
    return undefined;
  }
}

/** What a pod reads that starts now; undefined of a Secret that is not there and without which it does not start. */
export async function readNow(
  secret: Secret | undefined,
  { keys, optional }: SecretReference,
): Promise<SecretRead | undefined> {
  if (secret === undefined) return optional ? { version: '', digest: '' } : undefined;
  const { uid = '', resourceVersion = '' } = secret.metadata;
  const key = JSON.stringify([uid, resourceVersion, keys]);
  const digest = digests.get(key) ?? digestOf(secret, uid, keys);
  remember(key, digest);
  return { version: resourceVersion, digest: await digest };
}

/** Of what is read again and again, the newest last. */
const digests = new Map<string, Promise<string>>();

const mostDigests = 1_000;

function remember(key: string, digest: Promise<string>): void {
  digests.delete(key);
  digests.set(key, digest);
  const [oldest] = digests.keys();
  if (digests.size > mostDigests && oldest !== undefined) digests.delete(oldest);
}

/** One after the other: the threads that compute them resolve names, too. */
let last: Promise<unknown> = Promise.resolve();

async function digestOf(
  { data }: Secret,
  salt: string,
  keys: readonly string[] | undefined,
): Promise<string> {
  const values = data ?? {};
  const read = (keys ?? Object.keys(values).toSorted()).map((key) => [key, values[key] ?? null]);
  const turn = last.then(() => derive(JSON.stringify(read), salt, digestBytes, cost));
  last = turn.catch(() => {});
  return (await turn).toString('base64url');
}

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt);

const digestBytes = 18;

/** Node's own default, some 50 ms. */
const cost: ScryptOptions = { N: 16_384 };
