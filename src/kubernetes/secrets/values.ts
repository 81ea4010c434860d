/**
 * The values of Secrets: what must be found nowhere else.
 *
 * @module
 */
import type { SecretValue } from '../../redaction/redactor.js';
import type { KubernetesObject } from '../api/objects.js';

/** A Secret, as the API server and charts write it. */
export interface Secret extends KubernetesObject {
  readonly type?: string;
  /** Base64. */
  readonly data?: Readonly<Record<string, string>> | null;
  readonly stringData?: Readonly<Record<string, string>> | null;
}

/** Type of the Secrets in which Helm keeps releases. */
export const helmReleaseType = 'helm.sh/release.v1';

export function isSecret(object: unknown): object is Secret {
  const { kind, metadata } = (object ?? {}) as Partial<KubernetesObject>;
  return kind === 'Secret' && typeof metadata === 'object';
}

/** All values of a Secret. */
export function valuesOf({ metadata, data, stringData }: Secret): SecretValue[] {
  const value = (key: string, bytes: Buffer): SecretValue => ({ secret: metadata.name, key, bytes });
  return [
    ...Object.entries(data ?? {}).map(([key, text]) => value(key, Buffer.from(String(text), 'base64'))),
    ...Object.entries(stringData ?? {}).map(([key, text]) => value(key, Buffer.from(String(text)))),
  ];
}

/** What may be told of a Secret: its keys, and how large their values are. */
export function withoutValues(secret: Secret): KubernetesObject {
  const { data: _, stringData: __, metadata, ...rest } = secret;
  const { annotations: ___, ...known } = metadata;
  const sizes = valuesOf(secret).map(({ key, bytes }) => [key, `${bytes.length} bytes`]);
  return { ...rest, metadata: known, keys: Object.fromEntries(sizes) } as KubernetesObject;
}
