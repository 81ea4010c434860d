/**
 * Masks secrets in two versions of objects so that one sees that they changed, but not from what to what. Pure.
 *
 * @module
 */
import type { KubernetesObject } from '../kubernetes/objects.js';
import { makeRedactor } from '../kubernetes/secrets/redactor.js';
import type { Redact } from '../kubernetes/secrets/redactor.js';
import { isSecret, valuesOf } from '../kubernetes/secrets/values.js';
import type { Secret, SecretValue } from '../kubernetes/secrets/values.js';
import { concealObject } from '../support/conceal-object.js';

export interface Masking {
  /** An installed object, beside what it becomes. */
  installed(object: KubernetesObject, other: KubernetesObject | undefined): unknown;
  /** A planned object, beside what it was. */
  planned(object: KubernetesObject, other: KubernetesObject | undefined): unknown;
  /** For the text of either: values of Secrets may stand anywhere. */
  readonly text: Redact;
}

/** Masks by the Secrets of both versions, and by those of the namespace. */
export function maskingBoth(
  installed: readonly KubernetesObject[],
  planned: readonly KubernetesObject[],
  namespace: readonly SecretValue[],
): Masking {
  const before = installed.filter(isSecret).flatMap(valuesOf);
  const after = planned.filter(isSecret).flatMap(valuesOf);
  const marked = after.map((value) =>
    isNew(value, before) ? { ...value, key: `${value.key}, new` } : value,
  );
  return {
    installed: (object, other) => (isSecret(object) ? masked(object, other, '') : concealObject(object)),
    planned: (object, other) => (isSecret(object) ? masked(object, other, ', new') : concealObject(object)),
    text: makeRedactor([...before, ...marked, ...namespace]),
  };
}

/** Known under that name, but as something else. */
function isNew(value: SecretValue, others: readonly SecretValue[]): boolean {
  const known = others.find(({ secret, key }) => secret === value.secret && key === value.key);
  return known !== undefined && !known.bytes.equals(value.bytes);
}

/** A Secret with the sizes of its values; `remark` stands with those that are not what they are in the other one. */
function masked(secret: Secret, other: KubernetesObject | undefined, remark: string): unknown {
  const { data: _, stringData: __, ...rest } = secret;
  const others = isSecret(other) ? valuesOf(other) : [];
  const sizes = valuesOf(secret).map((value) => [
    value.key,
    `secret of ${value.bytes.length} bytes${isNew(value, others) ? remark : ''}`,
  ]);
  return { ...(concealObject(rest) as object), data: Object.fromEntries(sizes) };
}
